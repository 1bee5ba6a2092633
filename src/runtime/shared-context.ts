import { quote } from '../workflow/describe-value.ts';
import { copyKeys } from './copy-keys.ts';
import { ReadonlyContextError } from './errors/readonly-context-error.ts';

function refuse(change: string): never {
  throw new ReadonlyContextError(change);
}

const readonly: ProxyHandler<object> = {
  set: (_, key) => refuse(`${quote(String(key))} can't be set`),
  defineProperty: (_, key) => refuse(`${quote(String(key))} can't be defined`),
  deleteProperty: (_, key) => refuse(`${quote(String(key))} can't be deleted`),
  setPrototypeOf: () => refuse(`its prototype can't be set`),
  preventExtensions: () => refuse(`it can't be frozen or sealed`),
};

/** The values shared by the tasks of a job. */
export class SharedContext {
  readonly #values: object;
  /** The read-only view for tasks; always current. */
  readonly view: object;

  /** @param values The initial values, which the context owns from now on. */
  constructor(values: object) {
    this.#values = values;
    this.view = new Proxy(this.#values, readonly);
  }

  merge(output: object): void {
    copyKeys(output, this.#values);
  }

  /** A copy of the current values. */
  copy(): object {
    return copyKeys(this.#values);
  }
}
