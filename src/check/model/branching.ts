import type { OnFailure } from '../../machines/messages.ts';
import type { TaskGraph } from '../../workflow/graph/task-graph.ts';

/** Whether a task may be skipped, or the job may go on after a failure. If not, a job ends as soon as a task isn't completed. */
export const isBranching = ({ tasks, dependents }: TaskGraph, onFailure: OnFailure): boolean =>
  onFailure !== 'stop' ||
  tasks.some(
    ({ edges, when, continueOnFailure }, index) =>
      edges !== undefined ||
      when !== undefined ||
      (continueOnFailure === true && dependents.map(index, (task) => task).length > 0),
  );
