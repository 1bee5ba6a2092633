import { isSettled } from '../laws/transition-rules.ts';
import {
  type CancelChoice,
  type Choice,
  type CrashChoice,
  isAboutTask,
  type MadeDecision,
  type MadeEnding,
  type OutcomeChoice,
  type StartChoice,
  type TimerChoice,
} from './choice.ts';
import type { ModelTask } from './model-task.ts';
import { type ChoosableJob, DETACH, lost, outcomesOf, withLimits } from './possible-choices.ts';
import { returnOf } from './strays.ts';

/** Whether a condition is a function, so that the decision is a choice. */
export const isChosen = (tasks: readonly ModelTask[], made: MadeDecision | MadeEnding): made is MadeDecision =>
  isAboutTask(made) && typeof tasks.find(({ name }) => name === made.task)?.spec.when === 'function';

/** What may follow from a step and be saved: an attempt that ends, or the start. */
const mayDecide = (choice: Choice): choice is OutcomeChoice | StartChoice =>
  ['start', 'attempt', 'timer'].includes(choice.kind) && !('inFlight' in choice) && !('isLost' in choice);

/**
 * What can happen to a saved job while the decisions are being saved that follow from a choice: the job is stopped before one of them is
 * saved, or its process dies right after.
 * @param job the job before the choice
 * @param choice with the decisions that followed when it was taken
 */
export function* decisionFaults(job: ChoosableJob, choice: Choice): Generator<Choice> {
  const { model, tasks } = job;
  const { decisions = [] } = choice;
  if (model.crash === false || decisions.length === 0 || !mayDecide(choice)) {
    return;
  }
  const { outcomes, stopping } = outcomesOf(job);
  const cancels: CancelChoice[] = model.cancel === false ? [] : [{ kind: 'cancel' }];
  const timeouts: TimerChoice[] = model.timeout === undefined ? [] : [{ kind: 'timer', timer: 'jobTimeout' }];
  for (const decided of decisions.keys()) {
    if (isAfterEnding(job, decisions, decided)) {
      break;
    }
    const during = { inFlight: choice, decided };
    yield { ...DETACH, ...during };
    for (const stop of [...timeouts, ...cancels]) {
      yield { ...stop, ...during };
      yield lost({ ...stop, ...during });
    }
  }
  const own = taskIn(choice);
  const isFirstAboutTask = !isAfterEnding(job, decisions, 0);
  for (const failure of isFirstAboutTask ? stopping.filter(({ task }) => task !== undefined && task !== own) : []) {
    yield { ...failure, inFlight: choice, decided: 0 };
  }
  // What is decided after the last decision that is saved makes no difference.
  const isFirst = (made: MadeDecision | MadeEnding) => !isChosen(tasks, made) || made.decision === 'holds';
  const counts = decisions
    .map((_, index) => index + 1)
    .filter((count) => decisions.slice(count).every(isFirst) && !isAfterEnding(job, decisions, count - 1));
  yield* withLimits(model, () => counts.flatMap((decided) => crashesAfter(choice, decided, outcomes)));
}

/**
 * If an attempt ends a job whose other tasks are skipped then: the store is lost before the end is saved. For jobs in which one task is left, this
 * is among the choices.
 */
export function* lostEnds(job: ChoosableJob, choice: Choice): Generator<Choice> {
  const { model, current } = job;
  const isPlain = choice.kind === 'attempt' && !('inFlight' in choice) && !('isLost' in choice);
  if (model.crash === false || !isPlain || current.filter(({ state }) => !isSettled(state.name)).length < 2) {
    return;
  }
  const { stopping } = outcomesOf(job);
  const { decisions: _, ...plain } = choice;
  const isSame = (one: Choice) => JSON.stringify(one) === JSON.stringify(plain);
  if (!choice.decisions?.some(isAboutTask) && !stopping.some(isSame)) {
    yield lost(plain as Choice);
  }
}

/** Whether a decision is how the job will end, or is made once that is decided. */
const isAfterEnding = (
  { isDecided }: ChoosableJob,
  decisions: readonly (MadeDecision | MadeEnding)[],
  index: number,
): boolean => isDecided || decisions.slice(0, index + 1).some((made) => !isAboutTask(made));

/**
 * What can happen to a saved job while it is being saved how it will end, or what is decided after that: it leaves its process, is cancelled, a function returns, or the
 * process dies right after.
 * @param strays the tasks with a function that has not returned, after the choice
 */
export function* endingFaults(job: ChoosableJob, choice: Choice, strays: readonly ModelTask[]): Generator<Choice> {
  const { model } = job;
  const { decisions = [] } = choice;
  if (model.crash === false || !mayEnd(choice)) {
    return;
  }
  for (const decided of decisions.keys()) {
    if (!isAfterEnding(job, decisions, decided)) {
      continue;
    }
    const during = { inFlight: choice, decided };
    yield { ...DETACH, ...during };
    if (model.cancel !== false) {
      yield { kind: 'cancel', ...during };
    }
    for (const stray of strays) {
      yield { ...returnOf(stray), ...during };
    }
    const recorded = { ...choice, decisions: decisions.slice(0, decided + 1) };
    yield* withLimits(model, () => [{ kind: 'crash', recorded, decided: decided + 1 }]);
  }
}

/** What may follow from a step: that the job ends. */
const mayEnd = (choice: Choice): choice is OutcomeChoice | StartChoice | CancelChoice =>
  choice.kind === 'cancel' ? !('inFlight' in choice) && !('isLost' in choice) : mayDecide(choice);

const taskIn = (choice: OutcomeChoice | StartChoice): string | undefined => (choice.kind === 'start' ? undefined : choice.task);

function crashesAfter(choice: OutcomeChoice | StartChoice, decided: number, outcomes: readonly OutcomeChoice[]): CrashChoice[] {
  const own = taskIn(choice);
  const recorded = { ...choice, decisions: choice.decisions?.slice(0, decided) ?? [] };
  return [
    { kind: 'crash', recorded, decided },
    ...outcomes
      .filter(({ task }) => task !== own)
      .map((inFlight): CrashChoice => ({ kind: 'crash', recorded, decided, inFlight })),
  ];
}
