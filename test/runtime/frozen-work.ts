// What frozen-program.ts calls in a thread.
export function freeze() {
  for (const { prototype } of [Object, Array, Map, Set, Promise, Function, Error, TypeError, RangeError]) {
    Object.freeze(prototype);
  }
  return {};
}

export const echo = (context: object) => ({ echoed: { ...context } });

export function fail(): never {
  throw Object.defineProperties(new Error('fails'), {
    name: { value: 'HttpError' },
    code: { value: 'E_FAIL', enumerable: true },
    toString: { value: 'own', enumerable: true },
  });
}
