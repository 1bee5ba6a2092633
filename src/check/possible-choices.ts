import type { FailureReason } from '../machines/events.ts';
import { retriesAreLeft, type TaskContext } from '../machines/task.machine.ts';
import type { AttemptChoice, CancelChoice, Choice, DuplicateChoice, Outcome, Policy, TimerChoice } from './choice.ts';
import type { JobModel } from './model.ts';
import type { ModelActor, ModelTask } from './model-task.ts';
import { policiesAfter } from './policies.ts';
import { isSettled } from './transition-rules.ts';

interface ChoosableJob {
  readonly model: JobModel;
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
}

/** What can happen next, when a job is at rest. */
export function choicesOf({ model, job, tasks }: ChoosableJob): Choice[] {
  if (isSettled(job.announced)) {
    return [];
  }
  const { outcomes, cancel, timers: whenTimers, crash, delivery } = model;
  const cancels: CancelChoice[] = cancel === false ? [] : [{ kind: 'cancel' }];
  if (job.announced === 'idle') {
    // A job that is on record starts before it is cancelled.
    return [{ kind: 'start' }, ...(crash === false ? cancels : [{ kind: 'crash' } as const])];
  }
  const attempts = tasks.flatMap((task) => endingsOf(task, outcomes[task.index] ?? []));
  const isAwaited = tasks.some((task) => task.attempt > 0 && !mayNeverEnd(model, task));
  const timers = whenTimers === 'idle' && isAwaited ? [] : timersOf(job, tasks);
  const crashes = crash === false ? [] : crashesOf(tasks, [...attempts, ...timers.filter(isRecorded), ...cancels]);
  return [...attempts, ...timers, ...cancels, ...crashes, ...(delivery === 'at-least-once' ? tasks.flatMap(duplicatesOf) : [])];
}

/** Says whether the attempt of a task may go on for ever. */
export const mayNeverEnd = ({ outcomes }: JobModel, { index }: ModelTask): boolean =>
  outcomes[index]?.includes('never') ?? false;

/** The timeout of an attempt goes on record; that a backoff is over, or the time of the job, follows from the time. */
const isRecorded = ({ timer }: TimerChoice): boolean => timer === 'attemptTimeout';

/** What may die, and what may have gone on record just before. */
function crashesOf(tasks: readonly ModelTask[], recorded: readonly (AttemptChoice | TimerChoice | CancelChoice)[]): Choice[] {
  return [
    { kind: 'crash' },
    ...tasks.filter(({ attempt }) => attempt > 0).map(({ name }): Choice => ({ kind: 'crash', task: name })),
    ...recorded.map((last): Choice => ({ kind: 'crash', recorded: last })),
  ];
}

/** The attempts of a task that do not run. The machine can only compare their numbers: the first and the last two stand for all. */
export const idleAttempts = ({ attempts, attempt: running }: ModelTask): number[] =>
  [...new Set([1, attempts - 1, attempts])].filter((attempt) => attempt > 0 && attempt !== running);

const duplicatesOf = (task: ModelTask): DuplicateChoice[] =>
  idleAttempts(task)
    .filter((attempt) => attempt <= task.attempts)
    .flatMap((attempt) =>
      (['returns', 'throws'] as const).map((outcome) => ({ kind: 'duplicate', task: task.name, attempt, outcome })),
    );

/** What the retry policy may say to the attempt that runs if it ends like this; nothing where it is not asked. */
export function policiesOf(task: ModelTask, reason: FailureReason): readonly Policy[] {
  const isAsked = task.attempt > 0 && retriesAreLeft(task.state.snapshot.context as TaskContext);
  return isAsked ? policiesAfter(task.policy, task.attempt, reason) : [];
}

/** How the attempt of a task that runs may end. */
function endingsOf(task: ModelTask, outcomes: readonly Outcome[]): AttemptChoice[] {
  return (task.attempt === 0 ? [] : outcomes)
    .filter((outcome) => outcome !== 'never')
    .flatMap((outcome): AttemptChoice[] => {
      const choice: AttemptChoice = { kind: 'attempt', task: task.name, outcome };
      return outcome === 'throws' ? withPolicies(choice, policiesOf(task, 'exception')) : [choice];
    });
}

/** Which timers may go off. */
function timersOf(job: ModelActor, tasks: readonly ModelTask[]): TimerChoice[] {
  const ofTasks = tasks.flatMap((task) =>
    task.timers.flatMap(({ name }) =>
      withPolicies<TimerChoice>({ kind: 'timer', task: task.name, timer: name }, policiesOf(task, 'timedOut')),
    ),
  );
  return [...ofTasks, ...job.timers.map(({ name }): TimerChoice => ({ kind: 'timer', timer: name }))];
}

/** The same choice with each answer of the retry policy, where there is more than one. */
function withPolicies<Asked extends AttemptChoice | TimerChoice>(choice: Asked, policies: readonly Policy[]): Asked[] {
  return policies.length > 1 ? policies.map((policy) => ({ ...choice, policy })) : [choice];
}
