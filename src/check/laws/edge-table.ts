import type { ModelTask } from '../model/model-task.ts';
import { isSettled } from './transition-rules.ts';

/** What the dependencies of a task let it do: wait for them, run, or be skipped. */
export type Verdict = 'wait' | 'go' | 'skip';

/** What each kind of edge means for each outcome of a dependency, as documented, written independently of the machines. */
const TABLE: Readonly<Record<string, Readonly<Record<string, 'go' | 'skip'>>>> = {
  completed: { completed: 'go', skipped: 'skip', failed: 'skip' },
  settled: { completed: 'go', skipped: 'go', failed: 'go' },
  // Of one of several tasks: one go is enough.
  anyOf: { completed: 'go', skipped: 'skip', failed: 'skip' },
};

/** The dependencies of a task in groups: each one alone, except those of an `anyOf`. */
function groupsOf({ dependencies, spec }: ModelTask): ModelTask[][] {
  const alone = dependencies.filter(({ name }) => spec.edges?.get(name)?.kind !== 'anyOf');
  const groups = Array.from({ length: spec.anyOf }, (_, group) =>
    dependencies.filter(({ name }) => {
      const edge = spec.edges?.get(name);
      return edge?.kind === 'anyOf' && edge.group === group;
    }),
  );
  return [...alone.map((one) => [one]), ...groups];
}

/** The groups of dependencies that skip a task. */
function refusals(task: ModelTask): ModelTask[][] {
  const says = ({ name, state }: ModelTask) => TABLE[task.spec.edges?.get(name)?.kind ?? 'completed']?.[state.name];
  return groupsOf(task).filter((group) => group.every((one) => says(one) !== 'go'));
}

/** A task is decided once, when all its dependencies have settled. */
export function verdictOn(task: ModelTask): Verdict {
  if (task.spec.edges === undefined && task.dependencies.every(({ state }) => state.name === 'completed')) {
    return 'go';
  }
  if (task.dependencies.some(({ state }) => !isSettled(state.name))) {
    return 'wait';
  }
  return refusals(task).length === 0 ? 'go' : 'skip';
}

/** The tasks that a task may be skipped for: its dependencies that refuse, or what these were skipped for. */
export function causesOf(task: ModelTask): ModelTask[] {
  return refusals(task)
    .flat()
    .flatMap((one) => (one.state.name === 'skipped' && one.reason === 'dependency' ? causesOf(one) : [one]));
}
