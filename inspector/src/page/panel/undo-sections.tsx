import { attemptsOf } from '../model/attempts.ts';
import type { Task } from '../model/job.ts';
import { AttemptTable } from './attempt-table.tsx';
import { Section } from './section.tsx';
import { ErrorText } from './value.tsx';

/** The attempts to undo a task, and the last error. */
export function UndoSections({ undo, latestAt }: { readonly undo: Task; readonly latestAt: number }) {
  const attempts = attemptsOf(undo.spans);
  const failed = attempts.findLast(({ error }) => error !== undefined);
  const title = `Error in undo attempt ${failed?.attempt}`;
  return (
    <>
      {attempts.length > 0 && (
        <Section title={`Undo attempts (${attempts.length})`}>
          <AttemptTable label="Undo attempts" attempts={attempts} latestAt={latestAt} />
        </Section>
      )}
      {failed !== undefined && (
        <Section title={title}>
          <ErrorText error={failed.error} label={title} />
        </Section>
      )}
    </>
  );
}
