import { quote } from '../../../values/describe-value.ts';
import { TintypeError } from '../../../values/tintype-error.ts';

/** The input or result of a task holds a value that can't be sent between threads; `cause` is the DataCloneError. */
export class NotCloneableError extends TintypeError {
  readonly code = 'NOT_CLONEABLE';
  readonly task: string;
  /** The path of the value. It starts with `context`, `input`, `outcome.output` or `result`, as in `context.handlers[0]`. */
  readonly path: string;
  /** Whether the function has returned, so the task is undone. */
  readonly mayHaveActed: boolean;

  constructor(task: string, path: string, got: string, cause: unknown) {
    super('NotCloneableError', `Task ${quote(task)}: ${quote(path)} can't be sent between threads: it is ${got}`, { cause });
    this.task = task;
    this.path = path;
    this.mayHaveActed = path.startsWith('result');
  }
}
