import { MAX_DELAY } from '../time/max-delay.ts';
import { describeValue } from '../values/describe-value.ts';
import { InvalidArgumentError } from '../values/invalid-argument-error.ts';
import type { TaskExecution } from '../workflow/task-definition.ts';
import { passTime } from './attempt-time.ts';

/**
 * Replaces the function of a task. It receives the same arguments, plus a third that calls the task's own function.
 * @example
 * const charge: Stub<{ amount: number }, { receipt: string }> = ({ amount }) => ({ receipt: `for ${amount}` });
 */
export type Stub<Context = unknown, Output = unknown> = {
  // As a method, so that a stub that returns less than the task can still fits, although it could call the task's own function.
  stub(context: Context, execution: TaskExecution, real: () => Promise<Output>): Output | PromiseLike<Output>;
}['stub'];

/** A stub that you can continue with `then`. Without `then`, it continues with the task's own function. */
export interface OpenStub {
  <Output>(context: unknown, execution: TaskExecution, real: () => Promise<Output>): Promise<Output>;
  /** Continues with another stub, or with a function. */
  then<Context, Output>(next: Stub<Context, Output>): Stub<Context, Output>;
}

/** A stub in a chain also receives the number of attempts that earlier stubs have used up. */
type LinkedStub = (context: unknown, execution: TaskExecution, real: () => Promise<unknown>, used?: number) => unknown;

/**
 * Returns `value` in every attempt, or nothing by default.
 * @example
 * stub(order, { charge: returns({ receipt: 'r1' }) });
 */
export function returns(): () => undefined;
export function returns<Output>(value: Output): () => Output;
export function returns(value?: unknown): () => unknown {
  return () => value;
}

/** Throws `error` in every attempt; by default an `Error`, which is retried. */
export function throws(error: unknown = new Error('Stubbed failure')): () => never {
  return () => {
    throw error;
  };
}

/**
 * Throws `error` in the first `times` attempts of each job; by default an `Error`, which is retried. Later attempts continue with `then`, or
 * call the task's own function.
 * @param times An integer of at least 0.
 * @throws {InvalidArgumentError} if `times` is anything else
 * @example
 * stub(order, { charge: fails(2).then(returns({ receipt: 'r1' })) });
 */
export function fails(times: number, error?: unknown): OpenStub {
  if (!Number.isSafeInteger(times) || times < 0) {
    throw new InvalidArgumentError(
      `\`fails\` takes the number of attempts that fail, an integer of at least 0, got ${describeValue(times)}`,
    );
  }
  return open((next) => async (context, execution, real, used = 0) => {
    const number = execution.attempt - used;
    if (number <= times) {
      throw error === undefined ? new Error(`Stubbed failure ${number} of ${times}`) : error;
    }
    return next(context, execution, real, used + times);
  });
}

/**
 * Waits in every attempt, on the job's clock if that is a `skippingClock`, and in real time otherwise. Then it continues with `then`, or calls
 * the task's own function. Rejects if the attempt is aborted.
 * @param milliseconds An integer from 0 to 2147483647.
 * @throws {InvalidArgumentError} if `milliseconds` is anything else
 * @example
 * stub(order, { charge: takes(5000).then(returns({ receipt: 'r1' })) });
 */
export function takes(milliseconds: number): OpenStub {
  if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds > MAX_DELAY) {
    const expected = `an integer from 0 to ${MAX_DELAY} (milliseconds)`;
    throw new InvalidArgumentError(`\`takes\` takes ${expected}, got ${describeValue(milliseconds)}`);
  }
  return open((next) => async (context, execution, real, used) => {
    await passTime(execution, milliseconds);
    return next(context, execution, real, used);
  });
}

/** Never returns. Rejects when the attempt is aborted: it timed out, or the job ended. */
export function never(): (context: unknown, execution: TaskExecution) => Promise<never> {
  return async (_, execution) => {
    await passTime(execution, Infinity);
    throw new Error('Infinity is over');
  };
}

function open(link: (next: LinkedStub) => LinkedStub): OpenStub {
  const callReal: LinkedStub = (_context, _execution, real) => real();
  // biome-ignore lint/suspicious/noThenProperty: reads as what it does, and nobody awaits a stub
  return Object.assign(link(callReal), { then: (next: LinkedStub) => link(next) }) as unknown as OpenStub;
}
