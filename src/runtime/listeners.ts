import type { JobEvent } from '../machines/events.ts';
import { JOB_STATES, TASK_STATES } from '../machines/events.ts';
import { describeValue, quoteAny } from '../workflow/describe-value.ts';
import { callSafely } from './call-safely.ts';
import { InvalidArgumentError } from './errors/invalid-argument-error.ts';

/** What can be listened to: one type of event, all of the tasks, all of the job, or all. */
export type EventPattern = JobEvent['type'] | 'task.*' | 'job.*' | '*';

/** The events that a pattern stands for. */
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

const PATTERNS = new Set<string>([
  '*',
  'task.*',
  'job.*',
  ...TASK_STATES.filter((state) => state !== 'unscheduled').map((state) => `task.${state}`),
  ...JOB_STATES.filter((state) => state !== 'idle').map((state) => `job.${state}`),
]);

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
      throw new InvalidArgumentError(`A job has no event ${quoteAny(pattern)}; what can be listened to is ${known}`);
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
    const kind = event.type.startsWith('job.') ? 'job.*' : 'task.*';
    // A copy, so that a listener which is added by another one hears only the next event.
    for (const entry of [...this.#listeners]) {
      const { pattern, listener } = entry;
      // An earlier listener may have unsubscribed this one.
      if (this.#listeners.has(entry) && (pattern === '*' || pattern === kind || pattern === event.type)) {
        callSafely(listener, this.#onError, event);
      }
    }
  }

  /** No more events come. */
  end(): void {
    this.#listeners.clear();
  }
}
