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

/** What can happen next to a job at rest. */
export function choicesOf({ model, job, tasks }: ChoosableJob): Choice[] {
  if (isSettled(job.announced)) {
    return [];
  }
  const { outcomes, cancel, timers: whenTimers, crash, delivery } = model;
  const cancels: CancelChoice[] = cancel === false ? [] : [{ kind: 'cancel' }];
  if (job.announced === 'idle') {
    // A saved job starts before it can be cancelled.
    return [{ kind: 'start' }, ...(crash === false ? cancels : [{ kind: 'crash' } as const])];
  }
  const attempts = tasks.flatMap((task) => endingsOf(task, outcomes[task.index] ?? []));
  const isAwaited = tasks.some((task) => task.attempt > 0 && !mayNeverEnd(model, task));
  const timers = whenTimers === 'idle' && isAwaited ? [] : timersOf(job, tasks);
  const crashes = crash === false ? [] : crashesOf(tasks, [...attempts, ...timers.filter(isRecorded), ...cancels]);
  return [...attempts, ...timers, ...cancels, ...crashes, ...(delivery === 'at-least-once' ? tasks.flatMap(duplicatesOf) : [])];
}

/** Whether the attempt of a task may run forever. */
export const mayNeverEnd = ({ outcomes }: JobModel, { index }: ModelTask): boolean =>
  outcomes[index]?.includes('never') ?? false;

/** Attempt timeouts are saved; the end of a backoff and the job timeout follow from the clock. */
const isRecorded = ({ timer }: TimerChoice): boolean => timer === 'attemptTimeout';

/** What may die, and what may have been saved just before. */
function crashesOf(tasks: readonly ModelTask[], recorded: readonly (AttemptChoice | TimerChoice | CancelChoice)[]): Choice[] {
  return [
    { kind: 'crash' },
    ...tasks.filter(({ attempt }) => attempt > 0).map(({ name }): Choice => ({ kind: 'crash', task: name })),
    ...recorded.map((last): Choice => ({ kind: 'crash', recorded: last })),
  ];
}

/** Attempts that are not running. The machine only compares their numbers, so the first and the last two stand for all. */
export const idleAttempts = ({ attempts, attempt: running }: ModelTask): number[] =>
  [...new Set([1, attempts - 1, attempts])].filter((attempt) => attempt > 0 && attempt !== running);

const duplicatesOf = (task: ModelTask): DuplicateChoice[] =>
  idleAttempts(task)
    .filter((attempt) => attempt <= task.attempts)
    .flatMap((attempt) =>
      (['returns', 'throws'] as const).map((outcome) => ({ kind: 'duplicate', task: task.name, attempt, outcome })),
    );

/** What the retry policy may decide if the running attempt ends like this; empty if it is not consulted. */
export function policiesOf(task: ModelTask, reason: FailureReason): readonly Policy[] {
  const isAsked = task.attempt > 0 && retriesAreLeft(task.state.snapshot.context as TaskContext);
  return isAsked ? policiesAfter(task.policy, task.attempt, reason) : [];
}

/** How the running attempt of a task may end. */
function endingsOf(task: ModelTask, outcomes: readonly Outcome[]): AttemptChoice[] {
  return (task.attempt === 0 ? [] : outcomes)
    .filter((outcome) => outcome !== 'never')
    .flatMap((outcome): AttemptChoice[] => {
      const choice: AttemptChoice = { kind: 'attempt', task: task.name, outcome };
      return outcome === 'throws' ? withPolicies(choice, policiesOf(task, 'exception')) : [choice];
    });
}

/** The timers that may fire. */
function timersOf(job: ModelActor, tasks: readonly ModelTask[]): TimerChoice[] {
  const ofTasks = tasks.flatMap((task) =>
    task.timers.flatMap(({ name }) =>
      withPolicies<TimerChoice>({ kind: 'timer', task: task.name, timer: name }, policiesOf(task, 'timedOut')),
    ),
  );
  return [...ofTasks, ...job.timers.map(({ name }): TimerChoice => ({ kind: 'timer', timer: name }))];
}

/** The choice once per possible decision of the retry policy, if there is more than one. */
function withPolicies<Asked extends AttemptChoice | TimerChoice>(choice: Asked, policies: readonly Policy[]): Asked[] {
  return policies.length > 1 ? policies.map((policy) => ({ ...choice, policy })) : [choice];
}
