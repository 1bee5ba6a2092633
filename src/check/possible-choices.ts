import { retriesAreLeft, type TaskContext } from '../machines/task.machine.ts';
import type { Choice, Outcome, Policy } from './choice.ts';
import type { ModelActor, ModelTask } from './model-task.ts';
import { policiesAfter } from './policies.ts';

/** What the retry policy may say to the attempt that runs; nothing where it is not asked. */
export function policiesOf(task: ModelTask): readonly Policy[] {
  const isAsked = task.attempt > 0 && retriesAreLeft(task.state.snapshot.context as TaskContext);
  return isAsked ? policiesAfter(task.spec, task.attempt) : [];
}

/** How the attempt of a task that runs may end. */
export function endingsOf(task: ModelTask, outcomes: readonly Outcome[]): Choice[] {
  return (task.attempt === 0 ? [] : outcomes)
    .filter((outcome) => outcome !== 'never')
    .flatMap((outcome): Choice[] => {
      const choice: Choice = { kind: 'attempt', task: task.name, outcome };
      return outcome === 'throws' ? withPolicies(choice, policiesOf(task)) : [choice];
    });
}

/** Which timers may go off. */
export function timersOf(job: ModelActor, tasks: readonly ModelTask[]): Choice[] {
  const ofTasks = tasks.flatMap((task) =>
    task.timers.flatMap(({ name }) => withPolicies({ kind: 'timer', task: task.name, timer: name }, policiesOf(task))),
  );
  return [...ofTasks, ...job.timers.map(({ name }): Choice => ({ kind: 'timer', timer: name }))];
}

/** The same choice with each answer of the retry policy, where there is more than one. */
function withPolicies(choice: Choice, policies: readonly Policy[]): Choice[] {
  return policies.length > 1 ? policies.map((policy) => ({ ...choice, policy }) as Choice) : [choice];
}
