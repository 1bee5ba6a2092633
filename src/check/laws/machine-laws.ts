import type { AnyEventObject } from 'xstate';
import type { TaskContext } from '../../machines/task.machine.ts';
import type { LocalState, LocalStep } from '../tables/local-machine.ts';
import { type Breach, breach } from './law-names.ts';
import { isSettled, LEGAL_TRANSITIONS } from './transition-rules.ts';

/** What the laws about a single machine need to know about a task. */
interface Stepping {
  readonly id: string;
  readonly maxRetries: number;
}

/** Checks a step of a machine. */
export function* breachesOfStep(id: string, event: AnyEventObject, before: LocalState, next: LocalState): Generator<Breach> {
  if (next.status === 'error') {
    yield breach('actorsStayHealthy', `the machine of ${id} threw: ${String(next.snapshot.error)}`);
  }
  if (isSettled(before.name) && next !== before) {
    yield breach('settledStaysSettled', `${id} was ${before.name}, but ${event.type} changed it`);
  }
}

/** Checks what a step of a task says about its attempts and its backoff. */
export function* breachesOfTaskStep(
  { id, maxRetries }: Stepping,
  event: AnyEventObject,
  before: LocalState,
  next: LocalState,
): Generator<Breach> {
  if (event.type === 'attempt.failed' && event.delay > 0 && next.name === 'ready') {
    yield breach('timersAreArmed', `${id} should back off before its next attempt, but it is ready at once`);
  }
  if (next.name === 'running' && before.name !== 'running') {
    const [last, attempt] = [before, next].map(({ snapshot }) => (snapshot.context as TaskContext).attempt);
    if (attempt !== (last as number) + 1) {
      yield breach('attemptsAreCounted', `attempt ${attempt} of ${id} came after attempt ${last}`);
    }
  }
  const hasFailed = next.name === 'failed' && before.name !== 'failed';
  if (hasFailed && event.type === 'attempt.failed' && event.retry && event.attempt <= maxRetries) {
    yield breach('attemptsAreCounted', `${id} failed permanently after ${event.attempt} of ${maxRetries + 1} attempts`);
  }
}

/**
 * Checks an event that a machine emits.
 * @param announced the state that its last event led to
 * @param attempt the attempt its context counts
 */
export function* breachesOfEvent(
  kind: 'job' | 'task',
  id: string,
  { type, from, to, ...event }: AnyEventObject,
  announced: string,
  attempt: number | undefined,
): Generator<Breach> {
  if (type !== `${kind}.${to}` || !LEGAL_TRANSITIONS[kind].has(`${from} -> ${to}`)) {
    yield breach('transitionsAreLegal', `${id} emitted ${type}: ${from} -> ${to}`);
  }
  if (from !== announced) {
    yield breach('transitionsAreLegal', `${id} emitted ${from} -> ${to}, but it was ${announced}`);
  }
  if (event.attempt !== attempt) {
    yield breach('attemptsAreCounted', `${id} emitted ${type} with attempt ${event.attempt}, but it is at attempt ${attempt}`);
  }
}

/** Checks all events of a step, and whether they announce the state it leads to. */
export function* breachesOfEvents(
  kind: 'job' | 'task',
  id: string,
  before: LocalState,
  { next, deferred }: LocalStep,
): Generator<Breach> {
  const { attempt } = next.snapshot.context as Partial<TaskContext>;
  let announced = before.name;
  for (const output of deferred) {
    if (output.kind === 'emit') {
      yield* breachesOfEvent(kind, id, output.event, announced, attempt);
      announced = output.event.to;
    }
  }
  if (announced !== next.name) {
    yield breach('transitionsAreLegal', `${id} is ${next.name}, but its last event announced ${announced}`);
  }
}
