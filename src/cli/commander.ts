/** The parts of commander that the command uses. The build replaces this module with a bundle, so users don't have to install it. */
export { Command, CommanderError, Option } from 'commander';
