import { quote } from '../workflow/describe-value.ts';

/** Copies the own enumerable string keys of an object, `__proto__` among them, without touching a prototype. */
export function copyKeys(source: object, target: object = {}): object {
  for (const key of Object.keys(source)) {
    const value = (source as Record<string, unknown>)[key];
    Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
  }
  return target;
}

class ReadonlyContextError extends TypeError {
  readonly code = 'READONLY_CONTEXT';
}

function refuse(change: string): never {
  throw new ReadonlyContextError(`The context is read-only: ${change}; a task gives values to others by returning them`);
}

const readonly: ProxyHandler<object> = {
  set: (_, key) => refuse(`${quote(String(key))} can't be set`),
  defineProperty: (_, key) => refuse(`${quote(String(key))} can't be defined`),
  deleteProperty: (_, key) => refuse(`${quote(String(key))} can't be deleted`),
  setPrototypeOf: () => refuse(`its prototype can't be set`),
  preventExtensions: () => refuse(`it can't be frozen or sealed`),
};

/** The values that the tasks of one job share. */
export class JobContext {
  readonly #values: object;
  /** What tasks see: always the current values, and no way to change them. */
  readonly view: object;

  /** @param values The initial values; they are the context's own from now on. */
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
