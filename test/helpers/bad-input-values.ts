import { createContext, runInContext } from 'node:vm';

/** A proxy that throws whatever is done to it; an array if `target` is one. */
export function revoked(target: object = {}): never {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy as never;
}

/** A trap or a getter that throws. */
export const spring = (): never => {
  throw new Error('trap');
};

/** A proxy of which every trap throws. */
export function trapped(target: object = {}): never {
  const traps: ProxyHandler<object> = {
    get: spring,
    has: spring,
    ownKeys: spring,
    getPrototypeOf: spring,
    getOwnPropertyDescriptor: spring,
  };
  return new Proxy(target, traps) as never;
}

/** An object with a getter that throws. */
export function throwing(key: PropertyKey, error: unknown = new Error('getter')): object {
  const get = () => {
    throw error;
  };
  return Object.defineProperty({}, key, { get, enumerable: true, configurable: true });
}

/** An object whose property gives one value after the other, and then the last again and again. */
export function changing(key: PropertyKey, ...values: unknown[]): { readonly object: object; readonly reads: () => number } {
  let reads = 0;
  const get = () => {
    reads += 1;
    return values[Math.min(reads, values.length) - 1];
  };
  return { object: Object.defineProperty({}, key, { get, enumerable: true }), reads: () => reads };
}

/** An object with a method `then`. */
export function thenable(then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown): never {
  return Object.fromEntries([['then', then]]) as never;
}

const realm = createContext({});

/** What an expression gives in another realm, with its own Object, Array, Error and so on. */
export const otherRealm = (expression: string): never => runInContext(`(${expression})`, realm) as never;

/** Throws anything, also what is no Error. */
export function raise(value: unknown): never {
  throw value;
}

export const nothing = (): undefined => undefined;

/** A function of a task that never returns. */
export const forever = (): Promise<undefined> => new Promise(() => {});

/** An array that begins with a hole. */
export function withHole(...rest: unknown[]): unknown[] {
  const array = [undefined, ...rest];
  delete array[0];
  return array;
}
