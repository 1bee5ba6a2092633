import isPlainObject from 'is-plain-obj';

/** Freezes plain objects and arrays, including those in Maps and Sets. Maps, Sets and other objects, such as Dates, stay as they are. */
export function deepFreeze<Value>(value: Value): Value {
  const open: unknown[] = [value];
  const collections = new Set<object>();
  while (open.length > 0) {
    const next = open.pop();
    if ((Array.isArray(next) || isPlainObject(next)) && !Object.isFrozen(next)) {
      Object.freeze(next);
      for (const child of Object.values(next as object)) {
        open.push(child);
      }
    } else if ((next instanceof Map || next instanceof Set) && !collections.has(next)) {
      collections.add(next);
      for (const child of next) {
        open.push(child);
      }
    }
  }
  return value;
}
