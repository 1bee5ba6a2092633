import type { OnFailure, UndoneEnd } from '../../machines/messages.ts';
import type { TaskGraph } from '../../workflow/graph/task-graph.ts';

/** Whether a task may be skipped, or the job may continue after a failure. If not, a job ends as soon as a task doesn't complete. */
export const isBranching = ({ tasks, dependents }: TaskGraph, onFailure: OnFailure): boolean =>
  onFailure !== 'stop' ||
  tasks.some(
    ({ edges, when, continueOnFailure }, index) =>
      edges !== undefined ||
      when !== undefined ||
      (continueOnFailure === true && dependents.map(index, (task) => task).length > 0),
  );

/** Whether tasks may be undone, or run once all others have settled. */
export const hasPhases = ({ tasks, finals }: TaskGraph, ends: readonly UndoneEnd[]): boolean =>
  finals.length > 0 || (ends.length > 0 && tasks.some(({ undo }) => undo !== undefined));
