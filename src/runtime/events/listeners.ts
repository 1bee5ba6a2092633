import type { JobEvent } from '../../machines/events.ts';
import { JOB_STATES, TASK_STATES } from '../../machines/events.ts';
import { callSafely } from '../../values/call-safely.ts';
import { copyKeys } from '../../values/copy-keys.ts';
import { describeValue, quoteAny } from '../../values/describe-value.ts';
import { InvalidArgumentError } from '../../values/invalid-argument-error.ts';

/** The events to listen to: one type, all task events (`task.*`), all job events (`job.*`), or all (`*`). */
export type EventPattern = JobEvent['type'] | 'task.*' | 'job.*' | '*';

/** The events that match a pattern. */
export type EventOf<Pattern extends EventPattern> = Pattern extends '*'
  ? JobEvent
  : Pattern extends `${infer Kind}.*`
    ? Extract<JobEvent, { type: `${Kind}.${string}` }>
    : Extract<JobEvent, { type: Pattern }>;

export interface Subscription {
  /** Stops calling the listener. */
  unsubscribe(): void;
}

type Listener = (event: JobEvent) => unknown;

interface Entry {
  readonly pattern: string;
  readonly listener: Listener;
}

const PATTERNS = /* @__PURE__ */ (() =>
  new Set<string>([
    '*',
    'task.*',
    'job.*',
    ...TASK_STATES.filter((state) => state !== 'unscheduled').map((state) => `task.${state}`),
    ...JOB_STATES.filter((state) => state !== 'idle').map((state) => `job.${state}`),
  ]))();

/** The listeners of one job, called in the order in which they were added. */
export class Listeners {
  readonly #onError: (error: unknown) => unknown;
  readonly #listeners = new Set<Entry>();

  constructor(onError: (error: unknown) => unknown) {
    this.#onError = onError;
  }

  add(pattern: string, listener: Listener): Subscription {
    if (!PATTERNS.has(pattern)) {
      const known = [...PATTERNS].join(', ');
      throw new InvalidArgumentError(`A job has no event ${quoteAny(pattern)}; the events are ${known}`);
    }
    if (typeof listener !== 'function') {
      throw new InvalidArgumentError(`The listener must be a function, got ${describeValue(listener)}`);
    }
    const entry = { pattern, listener };
    this.#listeners.add(entry);
    return {
      unsubscribe: () => {
        this.#listeners.delete(entry);
      },
    };
  }

  tell(event: JobEvent): void {
    if (this.#listeners.size === 0) {
      return;
    }
    if (event.type === 'task.completed' && event.output !== undefined) {
      // The context keeps the original.
      Object.assign(event, { output: copyKeys(event.output) });
    }
    const kind = event.type.startsWith('job.') ? 'job.*' : 'task.*';
    // A copy: a listener that another one adds gets only the next event.
    for (const entry of [...this.#listeners]) {
      const { pattern, listener } = entry;
      // An earlier listener may have unsubscribed this one.
      if (this.#listeners.has(entry) && (pattern === '*' || pattern === kind || pattern === event.type)) {
        callSafely(listener, this.#onError, event);
      }
    }
  }

  /** There are no more events. */
  end(): void {
    this.#listeners.clear();
  }
}
