import { type Deferred, deferred } from '../../runtime/deferred.ts';
import type { AttemptRequest } from '../../runtime/executor.ts';
import type { TaskExecution } from '../../workflow/task-definition.ts';
import type { AttemptChoice, DuplicateChoice } from '../model/choice.ts';
import type { CallDeed } from '../report/trace.ts';

type Note = (outward: CallDeed) => void;

/** What is the same for tasks and undos. */
type Execution = Omit<TaskExecution, 'outcomes'>;

/** A called function that returns on command. */
interface StagedCall {
  readonly execution: Execution;
  readonly isUndo: boolean;
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
  /** The tasks whose functions return on command only, even if their attempts are over. */
  readonly #undoable: ReadonlySet<string>;
  readonly #calls: StagedCall[] = [];
  /** Callbacks that run the last attempt of a task again. */
  readonly #repeats = new Map<string, () => void>();

  constructor(note: Note, undoable: ReadonlySet<string>) {
    this.#note = note;
    this.#undoable = undoable;
  }

  lastOf(task: string): Execution | undefined {
    return this.#lastOf(task)?.execution;
  }

  call(execution: Execution, isUndo = false): Promise<undefined> {
    const { task, attempt, signal } = execution;
    const call = { execution, isUndo, end: deferred<unknown>() };
    this.#calls.push(call);
    signal.addEventListener('abort', () => {
      // A dead worker receives nothing.
      if (this.#lastOf(task) === call) {
        this.#note({ kind: 'aborted', task, attempt, ...(isUndo && { isUndo }) });
      }
    });
    this.#note({ kind: 'called', task, attempt, ...(isUndo && { isUndo }) });
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
  end({ task, isUndo, outcome }: AttemptChoice, output?: object): void {
    const last = this.#lastOf(task);
    last?.end.resolve(returned(outcome, output));
    for (const { execution, end, ...call } of this.#undoable.has(task) && isUndo === undefined ? this.#calls : []) {
      // Those in workers that died.
      if (execution.task === task && !call.isUndo && execution.attempt === last?.execution.attempt) {
        end.resolve(returned(outcome, output));
      }
    }
  }

  /** The functions return that were called for the ended attempts of a task. */
  returnLast(task: string): void {
    for (const { execution, end, isUndo } of this.#calls) {
      if (execution.task === task && !isUndo && !execution.isActive()) {
        end.resolve({ late: true });
      }
    }
  }

  /** Functions of an ended attempt return. */
  duplicate({ task, isUndo: ofUndo, attempt, outcome }: DuplicateChoice): void {
    for (const { execution, end, isUndo } of this.#calls) {
      if (execution.task === task && isUndo === (ofUndo === true) && execution.attempt === attempt) {
        end.resolve(returned(outcome));
      }
    }
  }

  /** All functions of ended attempts return. */
  returnLate(): void {
    for (const { execution, end, isUndo } of this.#calls) {
      if (!execution.isActive() && (isUndo || !this.#undoable.has(execution.task))) {
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
