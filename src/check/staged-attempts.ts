import { type Deferred, deferred } from '../runtime/deferred.ts';
import type { AttemptRequest } from '../runtime/executor.ts';
import type { TaskExecution } from '../workflow/task-definition.ts';
import type { AttemptChoice, DuplicateChoice } from './choice.ts';

type Note = (outward: { readonly kind: 'called' | 'aborted'; readonly task: string; readonly attempt: number }) => void;

/** A function that was called, and returns when it is told to. */
interface StagedCall {
  readonly execution: TaskExecution;
  readonly end: Deferred<unknown>;
}

const ignore = (): void => {};

/** What a function returns; what a rejected promise returns is thrown. */
function returned(outcome: AttemptChoice['outcome']): unknown {
  const ends = { returns: undefined, throws: Promise.reject('exception'), garbage: 'garbage' };
  ends.throws.catch(ignore);
  return ends[outcome];
}

/** The functions that one process has called, in their order. */
export class StagedAttempts {
  readonly #note: Note;
  readonly #calls: StagedCall[] = [];
  /** What makes the last attempt of a task once more. */
  readonly #repeats = new Map<string, () => void>();

  constructor(note: Note) {
    this.#note = note;
  }

  lastOf(task: string): TaskExecution | undefined {
    return this.#lastOf(task)?.execution;
  }

  call(execution: TaskExecution): Promise<undefined> {
    const { task, attempt, signal } = execution;
    const call = { execution, end: deferred<unknown>() };
    this.#calls.push(call);
    signal.addEventListener('abort', () => {
      // A worker that has died hears nothing.
      if (this.#lastOf(task) === call) {
        this.#note({ kind: 'aborted', task, attempt });
      }
    });
    this.#note({ kind: 'called', task, attempt });
    return call.end.promise as Promise<undefined>;
  }

  /** Has an attempt made by workers, one after the other has died; the first result is that of the attempt. */
  execute({ task, run }: AttemptRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const work = () => {
        Promise.resolve(run()).then(resolve, reject);
      };
      this.#repeats.set(task, work);
      work();
    });
  }

  /** The worker of a task dies, and another one begins. */
  repeat(task: string): void {
    this.#repeats.get(task)?.();
  }

  end({ task, outcome }: AttemptChoice): void {
    this.#lastOf(task)?.end.resolve(returned(outcome));
  }

  /** Functions whose attempt is over return. */
  duplicate({ task, attempt, outcome }: DuplicateChoice): void {
    for (const { execution, end } of this.#calls) {
      if (execution.task === task && execution.attempt === attempt) {
        end.resolve(returned(outcome));
      }
    }
  }

  /** All functions return whose attempts are over. */
  returnLate(): void {
    for (const { execution, end } of this.#calls) {
      if (!execution.isActive()) {
        end.resolve({ late: true });
      }
    }
  }

  /** All functions return. */
  returnAll(): void {
    for (const { end } of this.#calls) {
      end.resolve({ late: true });
    }
  }

  #lastOf(task: string): StagedCall | undefined {
    return this.#calls.findLast(({ execution }) => execution.task === task);
  }
}
