import { quote } from '../../values/describe-value.ts';
import { ReadonlyContextError } from '../errors/readonly-context-error.ts';

/** The values behind the views of several tasks. */
export interface ViewedValues {
  /** Returns the object with the value of a key that a task sees, if there is one. */
  holderOf(task: number, key: string): object | undefined;
  /** Returns all values that a task sees, as one object. */
  allOf(task: number): object;
}

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** The target of a view; the handler gets it with every access. */
class Viewed {
  readonly #values: ViewedValues;
  readonly #task: number;
  #all: object | undefined;

  constructor(values: ViewedValues, task: number) {
    this.#values = values;
    this.#task = task;
  }

  get all(): object {
    this.#all ??= this.#values.allOf(this.#task);
    return this.#all;
  }

  holderOf(key: string): object | undefined {
    if (this.#all !== undefined) {
      return Object.hasOwn(this.#all, key) ? this.#all : undefined;
    }
    return this.#values.holderOf(this.#task, key);
  }

  /** `console.log` finds this method on the target of the proxy, and calls it on the proxy. */
  [INSPECT](): object {
    return { ...this };
  }
}

const holderOf = (viewed: Viewed, key: PropertyKey): object | undefined =>
  typeof key === 'string' ? viewed.holderOf(key) : undefined;

function refuse(change: string): never {
  throw new ReadonlyContextError(change);
}

const handler: ProxyHandler<Viewed> = {
  get(viewed, key, view) {
    const holder = holderOf(viewed, key);
    return holder === undefined ? Reflect.get(Object.prototype, key, view) : Reflect.get(holder, key);
  },
  has: (viewed, key) => holderOf(viewed, key) !== undefined || key in Object.prototype,
  ownKeys: ({ all }) => Object.keys(all),
  getOwnPropertyDescriptor(viewed, key) {
    const holder = holderOf(viewed, key);
    return holder && { value: Reflect.get(holder, key), enumerable: true, configurable: true, writable: true };
  },
  getPrototypeOf: () => Object.prototype,
  set: (_, key) => refuse(`${quote(String(key))} can't be set`),
  defineProperty: (_, key) => refuse(`${quote(String(key))} can't be defined`),
  deleteProperty: (_, key) => refuse(`${quote(String(key))} can't be deleted`),
  setPrototypeOf: () => refuse(`its prototype can't be set`),
  preventExtensions: () => refuse(`it can't be frozen or sealed`),
};

/** A read-only object that shows values without copying them. Once its keys have been listed, it no longer changes. */
export const readonlyView = (values: ViewedValues, task: number): object => new Proxy(new Viewed(values, task), handler);

/** A read-only view of one object. */
export const viewOf = (values: object): object =>
  readonlyView({ holderOf: (_, key) => (Object.hasOwn(values, key) ? values : undefined), allOf: () => values }, 0);
