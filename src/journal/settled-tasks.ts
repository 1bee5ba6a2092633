import { workflowOrder } from '../workflow/graph/workflow-order.ts';
import type { StoredJob } from './job-store.ts';
import type { OutcomeEntry } from './journal-entry.ts';
import type { RecordedTask } from './recorded-task.ts';

/** Whether an outcome settles its task. */
export function settles(outcome: OutcomeEntry | undefined): outcome is OutcomeEntry {
  switch (outcome?.type) {
    case undefined:
      return false;
    case 'attempt.failed':
      return outcome.retryAt === undefined;
    case 'condition.decided':
      return !outcome.holds;
    default:
      return true;
  }
}

/** Whether every task of a saved job has settled, including those that were skipped because of their dependencies. */
export function areAllSettled({ tasks, attempts }: Pick<StoredJob, 'tasks' | 'attempts'>): boolean {
  const outcomes = new Map<string, OutcomeEntry>();
  for (const { task, outcome } of attempts) {
    if (settles(outcome)) {
      outcomes.set(task, outcome);
    }
  }
  if (outcomes.size === tasks.length) {
    return true;
  }
  const completed = new Set<string>();
  const settled = new Set<string>();
  for (const task of inOrder(tasks)) {
    const outcome = outcomes.get(task.name);
    if (outcome?.type === 'attempt.succeeded') {
      completed.add(task.name);
    } else if (outcome === undefined && !isBlocked(task, settled, completed)) {
      return false;
    }
    settled.add(task.name);
  }
  return true;
}

function isBlocked(
  { dependencies, settled: mustSettle = [], anyOf = [] }: RecordedTask,
  settled: ReadonlySet<string>,
  completed: ReadonlySet<string>,
): boolean {
  const needNotComplete = new Set([...mustSettle, ...anyOf.flat()]);
  return (
    dependencies.every((name) => settled.has(name)) &&
    (dependencies.some((name) => !needNotComplete.has(name) && !completed.has(name)) ||
      anyOf.some((group) => !group.some((name) => completed.has(name))))
  );
}

function inOrder(tasks: readonly RecordedTask[]): RecordedTask[] {
  const places = new Map(tasks.map(({ name }, place) => [name, place]));
  const edges = tasks.map(({ dependencies }) =>
    dependencies.map((name) => places.get(name)).filter((place) => place !== undefined),
  );
  const ordered: RecordedTask[] = [];
  for (const [place, position] of workflowOrder(edges).entries()) {
    ordered[position] = tasks[place] as RecordedTask;
  }
  return ordered;
}
