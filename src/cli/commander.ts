/** What the command uses of commander. The build replaces this module with a bundle, so users don't have to install it. */
export { Command, CommanderError, Option } from 'commander';
