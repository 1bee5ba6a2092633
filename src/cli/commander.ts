/** The parts of commander that the command uses. The build bundles it, so users don't have to install it. */
export { Command, CommanderError, Option } from 'commander';
