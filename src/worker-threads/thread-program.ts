import { parentPort, workerData } from 'node:worker_threads';
import { describeValue } from '../workflow/describe-value.ts';
import { idempotencyKeys } from '../workflow/idempotency-keys.ts';
import type { TaskExecution } from '../workflow/task-definition.ts';
import { findUncloneable } from './find-uncloneable.ts';
import type { Answer, Request, ThreadData, Work } from './messages.ts';
import { packError, type SentError, unpackError } from './sent-error.ts';

type Load = (url: string) => Promise<Readonly<Record<string, unknown>>>;
type WorkFunction = (input: unknown, execution: TaskExecution) => unknown;

/** Answers calls in a thread, one at a time. */
export function serve(load: Load): void {
  const port = parentPort as NonNullable<typeof parentPort>;
  const { wanted } = workerData as ThreadData;
  let running: { readonly call: number; readonly controller: AbortController } | undefined;

  port.on('message', async (request: Request) => {
    if (request.type === 'call') {
      const { call, work } = request;
      const controller = new AbortController();
      running = { call, controller };
      const execution = {
        job: work.job,
        task: work.task,
        attempt: work.attempt,
        ...idempotencyKeys(work.job, work.task, work.attempt),
        signal: controller.signal,
        isActive: () => Atomics.load(wanted, 0) === call,
      };
      answer(await perform(load, work, execution), call);
    } else if (running?.call === request.call) {
      running.controller.abort(unpackError(request.reason));
    }
  });

  function answer(outcome: Outcome, call: number): void {
    try {
      port.postMessage({ ...outcome, call });
    } catch (error) {
      const { value } = outcome as { value?: unknown };
      port.postMessage({ type: 'notCloneable', ...findUncloneable(value, 'result'), error: packError(error), call });
    }
  }
}

type Without<Type, Key> = Type extends unknown ? Omit<Type, Key & keyof Type> : never;
type Outcome = Without<Answer, 'call'>;

async function perform(load: Load, { module, export: name, input }: Work, execution: TaskExecution): Promise<Outcome> {
  let work: unknown;
  try {
    const exports = await load(module);
    work = exports[name];
    if (typeof work !== 'function') {
      const names = Object.keys(exports).join(', ') || 'nothing';
      return { type: 'notLoaded', why: `it is ${describeValue(work)}; the module exports ${names}` };
    }
  } catch (error) {
    return { type: 'notLoaded', why: describeValue(error), error: packError(error) };
  }
  try {
    return { type: 'returned', value: await (work as WorkFunction)(input, execution) };
  } catch (error) {
    return threw(packError(error));
  }
}

const threw = (error: SentError): Outcome => ({ type: 'threw', error });
