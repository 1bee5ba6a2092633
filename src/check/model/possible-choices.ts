import type { FailureReason } from '../../machines/events.ts';
import { retriesAreLeft, type TaskContext } from '../../machines/task.machine.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type {
  AttemptChoice,
  CancelChoice,
  Choice,
  CrashChoice,
  DetachChoice,
  DuplicateChoice,
  Outcome,
  OutcomeChoice,
  Policy,
  TimerChoice,
} from './choice.ts';
import type { JobModel } from './model.ts';
import type { ModelActor, ModelTask, TaskAtRest } from './model-task.ts';
import { policiesAfter } from './policies.ts';
import { returnOf, straysOf } from './strays.ts';

export interface ChoosableJob {
  readonly model: JobModel;
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
  /** The tasks of the current phase. */
  readonly current: readonly ModelTask[];
  readonly isDecided: boolean;
}

/**
 * What can happen next to a job at rest. There can be millions of faults, so those are made one by one; the job may change meanwhile.
 */
export function choicesOf({ model, job, tasks: all, current: tasks, isDecided }: ChoosableJob): Iterable<Choice> {
  if (isSettled(job.announced)) {
    return [];
  }
  const { outcomes, cancel, timers: whenTimers, crash, delivery } = model;
  const cancels: CancelChoice[] = cancel === false ? [] : [{ kind: 'cancel' }];
  if (job.announced === 'idle') {
    const faults: Choice[] = [...withLimits(model, () => [{ kind: 'crash' }]), DETACH, ...cancels.map(lost)];
    return [{ kind: 'start' }, ...cancels, ...(crash === false ? [] : faults)];
  }
  const attempts = tasks.flatMap((task) => endingsOf(task, outcomes[task.index] ?? []));
  const strays = straysOf(job, all);
  const isAwaited = [...tasks.filter(({ attempt }) => attempt > 0), ...strays].some((task) => !mayNeverEnd(model, task));
  const timers = whenTimers === 'idle' && isAwaited ? [] : timersOf(job, tasks);
  const faults = crash === false ? [] : faultsOf(model, tasks, { attempts, timers, cancels: isDecided ? [] : cancels });
  const duplicates = delivery === 'at-least-once' ? tasks.filter(({ isStray }) => !isStray).flatMap(duplicatesOf) : [];
  return inTurn<Choice>(attempts, timers, cancels, strays.map(returnOf), faults, duplicates);
}

/** What a choice about a task, or about its undo, includes about it. */
const about = ({ name, isUndo }: TaskAtRest): { readonly task: string; readonly isUndo?: true } =>
  isUndo === true ? { task: name, isUndo } : { task: name };

export const DETACH: DetachChoice = { kind: 'detach' };

interface Recorded {
  readonly attempts: readonly AttemptChoice[];
  readonly timers: readonly TimerChoice[];
  readonly cancels: readonly CancelChoice[];
}

function* inTurn<Item>(...lists: readonly Iterable<Item>[]): Generator<Item> {
  for (const list of lists) {
    yield* list;
  }
}

/** What can happen to a saved job besides: crashes, leaving the process, and anything that stops it while an outcome is being saved. */
function faultsOf(model: JobModel, tasks: readonly ModelTask[], { attempts, timers, cancels }: Recorded): Iterable<Choice> {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const outcomes = recordedAmong(attempts, timers);
  const failing = failingAmong(model, tasks, [...attempts, ...timers]);
  const stopping = [...failing, ...timers.filter(({ task }) => task === undefined), ...cancels];
  const isLast = tasks.filter(({ state }) => !isSettled(state.name)).length === 1;
  const ending = isLast
    ? attempts.filter((choice) => !failing.includes(choice) && answerTo(byName, choice) !== 'backOff').map(lost)
    : [];
  const workers = tasks.filter(({ attempt }) => attempt > 0).map((task): Choice => ({ kind: 'crash', ...about(task) }));
  return inTurn<Choice>(
    [DETACH, ...withInFlight(DETACH, outcomes)],
    allInFlight(stopping, outcomes),
    mapped(allInFlight(stopping, outcomes), lost),
    stopping.filter((choice) => endsJob(model, tasks, choice)).map(lost),
    ending,
    workers,
    withLimits(model, () => crashesOf(outcomes, cancels)),
  );
}

/** Whether something that stops a job ends it at once: running attempts may end after a failure, if they are let. */
const endsJob = ({ onFailure }: JobModel, tasks: readonly ModelTask[], choice: Choice): boolean =>
  onFailure !== 'finishRunning' ||
  !('task' in choice) ||
  tasks.every(({ attempt, name }) => attempt === 0 || name === choice.task);

/** How attempts may end that run, and which of that stops the job. */
export function outcomesOf({ model, current: tasks }: ChoosableJob) {
  const attempts = tasks.flatMap((task) => endingsOf(task, model.outcomes[task.index] ?? []));
  const outcomes = recordedAmong(attempts, tasks.flatMap(timersOfTask));
  return { outcomes, stopping: failingAmong(model, tasks, outcomes) };
}

/** What is saved: how attempts end. */
const recordedAmong = (attempts: readonly AttemptChoice[], timers: readonly TimerChoice[]): OutcomeChoice[] => [
  ...attempts,
  ...timers.filter(isRecorded),
];

function failingAmong(model: JobModel, tasks: readonly ModelTask[], choices: readonly OutcomeChoice[]): OutcomeChoice[] {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  return choices.filter((choice) => fails(model, byName, choice));
}

function* mapped<From, To>(items: Iterable<From>, map: (item: From) => To): Generator<To> {
  for (const item of items) {
    yield map(item);
  }
}

function* allInFlight<Stopping extends Choice>(
  stopping: readonly Stopping[],
  outcomes: readonly OutcomeChoice[],
): Generator<Stopping> {
  for (const choice of stopping) {
    yield* withInFlight(choice, outcomes);
  }
}

export const lost = <Stopping extends Choice>(choice: Stopping): Stopping => ({ ...choice, isLost: true });

type TasksByName = ReadonlyMap<string, ModelTask>;

const taskOf = (tasks: TasksByName, { task }: OutcomeChoice): ModelTask | undefined =>
  task === undefined ? undefined : tasks.get(task);

/** Whether this stops the job, since a task fails. */
function fails({ onFailure }: JobModel, tasks: TasksByName, choice: OutcomeChoice): boolean {
  const task = taskOf(tasks, choice);
  const isTolerated = task !== undefined && (task.isUndo || task.spec.finally === true || task.spec.continueOnFailure === true);
  return onFailure !== 'keepGoing' && !isTolerated && answerTo(tasks, choice) === 'giveUp';
}

/** What the retry policy answers to a failed attempt. */
function answerTo(tasks: TasksByName, choice: OutcomeChoice): Policy | undefined {
  const task = taskOf(tasks, choice);
  if (task === undefined || (choice.kind === 'timer' && !isRecorded(choice))) {
    return undefined;
  }
  if (choice.kind === 'attempt' && choice.outcome !== 'throws') {
    return choice.outcome === 'garbage' ? 'giveUp' : undefined;
  }
  const [only = 'giveUp'] = policiesOf(task, choice.kind === 'attempt' ? 'exception' : 'timedOut');
  return choice.policy ?? only;
}

/** The choice once per outcome of another task that may be in flight. */
function withInFlight<Stopping extends Choice>(choice: Stopping, outcomes: readonly OutcomeChoice[]): Stopping[] {
  const own = 'task' in choice ? choice.task : undefined;
  return outcomes.filter(({ task }) => task !== own).map((inFlight) => ({ ...choice, inFlight }));
}

/** Whether the attempt of a task may run forever. */
export const mayNeverEnd = ({ outcomes }: JobModel, { index }: TaskAtRest): boolean =>
  outcomes[index]?.includes('never') ?? false;

/** Attempt timeouts are saved; the end of a backoff and the job timeout follow from the clock. */
const isRecorded = ({ timer }: TimerChoice): boolean => timer === 'attemptTimeout';

/** The crashes with which a job may be resumed within its own limits, then those with others. */
export function* withLimits({ resumeLimits }: JobModel, crashes: () => Iterable<CrashChoice>): Generator<CrashChoice> {
  yield* crashes();
  for (const limits of resumeLimits) {
    yield* mapped(crashes(), (crash) => ({ ...crash, limits }));
  }
}

/** The crashes of the process, and what may have been saved just before. */
function* crashesOf(outcomes: readonly OutcomeChoice[], cancels: readonly CancelChoice[]): Generator<CrashChoice> {
  const recorded = [...outcomes, ...cancels];
  yield { kind: 'crash' };
  yield* recorded.map((last): CrashChoice => ({ kind: 'crash', recorded: last }));
  // Of two outcomes, it doesn't matter which came first.
  for (const [index, one] of recorded.entries()) {
    const others = one.kind === 'cancel' ? outcomes : outcomes.slice(index + 1);
    for (const { inFlight, ...last } of withInFlight<OutcomeChoice | CancelChoice>(one, others)) {
      yield { kind: 'crash', recorded: last, inFlight: inFlight as OutcomeChoice };
    }
  }
}

/** Attempts that are not running. The machine only compares their numbers, so the first and the last two stand for all. */
export const idleAttempts = ({ attempts, attempt: running }: TaskAtRest): number[] =>
  [...new Set([1, attempts - 1, attempts])].filter((attempt) => attempt > 0 && attempt !== running);

export const duplicatesOf = (task: TaskAtRest): DuplicateChoice[] =>
  idleAttempts(task)
    .filter((attempt) => attempt <= task.attempts)
    .flatMap((attempt) =>
      (['returns', 'throws'] as const).map((outcome) => ({ kind: 'duplicate', ...about(task), attempt, outcome })),
    );

/** What the retry policy may decide if the running attempt ends like this; empty if it is not consulted. */
export function policiesOf(task: TaskAtRest, reason: FailureReason): readonly Policy[] {
  const isAsked = task.attempt > 0 && retriesAreLeft(task.state.snapshot.context as TaskContext);
  return isAsked ? policiesAfter(task.policy, task.attempt, reason) : [];
}

/** How the running attempt of a task may end. */
export function endingsOf(task: TaskAtRest, outcomes: readonly Outcome[]): AttemptChoice[] {
  return (task.attempt === 0 ? [] : outcomes)
    .filter((outcome) => outcome !== 'never')
    .flatMap((outcome): AttemptChoice[] => {
      const choice: AttemptChoice = { kind: 'attempt', ...about(task), outcome };
      return outcome === 'returns' ? withOutputs(choice, task) : withPoliciesIfAsked(choice, task);
    });
}

/** The retry policy is asked about an error, but not about an invalid result. */
const withPoliciesIfAsked = (choice: AttemptChoice, task: TaskAtRest): AttemptChoice[] =>
  choice.outcome === 'throws' ? withPolicies(choice, policiesOf(task, 'exception')) : [choice];

/** The choice once per output that conditions tell apart. */
const withOutputs = (choice: AttemptChoice, { outputs }: TaskAtRest): AttemptChoice[] =>
  outputs.length === 0 ? [choice] : outputs.map(({ shown }) => ({ ...choice, output: shown }));

/** The timers that may fire. */
const timersOf = (job: ModelActor, tasks: readonly ModelTask[]): TimerChoice[] => [
  ...tasks.flatMap(timersOfTask),
  ...timersOfJob(job),
];

export const timersOfTask = (task: TaskAtRest): TimerChoice[] => [
  ...task.timers.flatMap(({ name }) =>
    withPolicies<TimerChoice>({ kind: 'timer', ...about(task), timer: name }, policiesOf(task, 'timedOut')),
  ),
  ...(task.isWaiting === true ? [{ kind: 'timer', ...about(task), timer: 'functionTimeout' } as const] : []),
];

export const timersOfJob = ({ timers }: Pick<ModelActor, 'timers'>): TimerChoice[] =>
  timers.map(({ name }) => ({ kind: 'timer', timer: name }));

/** The choice once per possible decision of the retry policy, if there is more than one. */
function withPolicies<Asked extends AttemptChoice | TimerChoice>(choice: Asked, policies: readonly Policy[]): Asked[] {
  return policies.length > 1 ? policies.map((policy) => ({ ...choice, policy })) : [choice];
}
