import type { UndoneEnd } from '../machines/messages.ts';
import { UNDONE_ENDS } from '../machines/undo-events.ts';
import type { Command } from './commander.ts';
import { UsageError } from './usage-error.ts';

/** The flags for when a job is undone. */
export interface UndoFlags {
  readonly undo?: readonly UndoneEnd[] | false;
}

/** Adds the flags for when a job is undone. */
export function addUndoFlags(command: Command): Command {
  return command
    .option(
      '--undo <ends>',
      `undo tasks only before these ends, separated by commas: ${UNDONE_ENDS.join(', ')} (default: all)`,
      readEnds,
    )
    .option('--no-undo', 'never undo anything');
}

/** The option of a job that these flags set. */
export const undoOption = ({ undo }: UndoFlags) => ({ ...(undo !== undefined && { undo }) });

function readEnds(text: string): readonly UndoneEnd[] {
  const ends = text.split(',').map((end) => end.trim());
  const unknown = ends.find((end) => !UNDONE_ENDS.includes(end as UndoneEnd));
  if (unknown !== undefined) {
    throw new UsageError(`--undo must be a list of ${UNDONE_ENDS.join(', ')}, got ${JSON.stringify(unknown)}`);
  }
  return ends as UndoneEnd[];
}
