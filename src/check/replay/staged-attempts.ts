import { type Deferred, deferred } from '../../runtime/deferred.ts';
import type { AttemptRequest } from '../../runtime/executor.ts';
import type { TaskExecution } from '../../workflow/task-definition.ts';
import type { AttemptChoice, DuplicateChoice } from '../model/choice.ts';

type Note = (outward: { readonly kind: 'called' | 'aborted'; readonly task: string; readonly attempt: number }) => void;

/** A called function that returns on command. */
interface StagedCall {
  readonly execution: TaskExecution;
  readonly end: Deferred<unknown>;
}

const ignore = (): void => {};

/** What a function returns; a rejected promise makes it throw. */
function returned(outcome: AttemptChoice['outcome'], output?: object): unknown {
  const ends = { returns: output, throws: Promise.reject('exception'), garbage: 'garbage' };
  ends.throws.catch(ignore);
  return ends[outcome];
}

/** The functions that one process has called, in order. */
export class StagedAttempts {
  readonly #note: Note;
  readonly #calls: StagedCall[] = [];
  /** Callbacks that run the last attempt of a task again. */
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
      // A dead worker receives nothing.
      if (this.#lastOf(task) === call) {
        this.#note({ kind: 'aborted', task, attempt });
      }
    });
    this.#note({ kind: 'called', task, attempt });
    return call.end.promise as Promise<undefined>;
  }

  /** Runs an attempt in workers, each replacing one that died; the first result is the result of the attempt. */
  execute({ task, run }: AttemptRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const work = () => {
        Promise.resolve(run()).then(resolve, reject);
      };
      this.#repeats.set(task, work);
      work();
    });
  }

  /** The worker of a task dies and another one takes over. */
  repeat(task: string): void {
    this.#repeats.get(task)?.();
  }

  /** @param output what the function returns, if it does */
  end({ task, outcome }: AttemptChoice, output?: object): void {
    this.#lastOf(task)?.end.resolve(returned(outcome, output));
  }

  /** Functions of an ended attempt return. */
  duplicate({ task, attempt, outcome }: DuplicateChoice): void {
    for (const { execution, end } of this.#calls) {
      if (execution.task === task && execution.attempt === attempt) {
        end.resolve(returned(outcome));
      }
    }
  }

  /** All functions of ended attempts return. */
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
