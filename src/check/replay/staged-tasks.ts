import { policyOf } from '../../runtime/attempts/retry-policy.ts';
import type { Condition, Dependency, TaskDefinition, TaskExecution } from '../../workflow/task-definition.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import type { Decision, Policy } from '../model/choice.ts';
import type { JobModel } from '../model/model.ts';
import { policiesAfter } from '../model/policies.ts';
import type { ReplayDelays } from './replay-delays.ts';

/** What tasks do is decided here. */
interface Director {
  readonly delays: ReplayDelays;
  /** What the retry policy of a task decides; undefined if the choice doesn't include it. */
  policyOf(task: string): Policy | undefined;
  /** What the condition of a task decides, if it is a function. */
  decisionOf(task: string): Decision;
  attemptOf(task: string): number | undefined;
  call(execution: TaskExecution): Promise<undefined>;
  undo(execution: Omit<TaskExecution, 'outcomes'>): Promise<undefined>;
}

/** Defines a task like another one, whose functions follow the director. */
export function stagedTask(spec: TaskSpec, model: JobModel, director: Director): TaskDefinition {
  const { name, continueOnFailure } = spec;
  return {
    name,
    dependencies: dependenciesOf(spec),
    when: conditionOf(spec, () => director.decisionOf(name)),
    continueOnFailure,
    finally: spec.finally,
    ...attemptOptions(name, spec, false, model, director),
    run: (_, execution) => director.call(execution),
    undo: spec.undo && {
      ...attemptOptions(name, spec.undo, true, model, director),
      run: (_, execution) => director.undo(execution),
    },
  };
}

type AttemptedSpec = Pick<TaskSpec, 'maxRetries' | 'timeout' | 'backoff' | 'retryIf'>;

/** How the attempts of a task, or of its undo, are limited and retried. */
function attemptOptions(name: string, spec: AttemptedSpec, isUndo: boolean, model: JobModel, director: Director) {
  const policy = policyOf(spec, model);
  const policyAfter = (attempt: number) => director.policyOf(name) ?? policiesAfter(policy, attempt, 'exception')[0];
  const delayOf = (timer: string) => director.delays.of({ task: name, timer, isUndo });
  return {
    maxRetries: spec.maxRetries,
    timeout: spec.timeout === undefined ? undefined : delayOf('attemptTimeout'),
    retryIf: () => policyAfter(director.attemptOf(name) ?? 1) !== 'giveUp',
    backoff: (attempt: number) => (policyAfter(attempt) === 'backOff' ? delayOf('backoff') : 0),
  };
}

function dependenciesOf({ dependencies, edges }: TaskSpec): Dependency[] {
  const groups: string[][] = [];
  const defined: Dependency[] = [];
  for (const name of dependencies) {
    const edge = edges?.get(name);
    if (edge?.kind === 'anyOf') {
      groups[edge.group] = [...(groups[edge.group] ?? []), name];
    } else {
      defined.push(edge === undefined ? name : ({ [edge.kind]: name } as Dependency));
    }
  }
  return [...defined, ...groups.map((names) => ({ anyOf: names }))];
}

function conditionOf({ when }: TaskSpec, decide: () => Decision): Condition | undefined {
  if (typeof when === 'function') {
    return () => {
      const decision = decide();
      if (decision === 'throws') {
        throw new Error('exception');
      }
      return decision === 'holds';
    };
  }
  if (when === undefined) {
    return undefined;
  }
  const condition: Record<string, Record<string, readonly unknown[]>> = {};
  for (const { task, key, values } of when) {
    condition[task] = { ...condition[task], [key]: values };
  }
  return condition;
}

/** The tasks that a job may undo. */
export const undoableIn = ({ graph, undo }: JobModel): ReadonlySet<string> =>
  new Set(undo.length === 0 ? [] : graph.tasks.filter((task) => task.undo !== undefined).map(({ name }) => name));
