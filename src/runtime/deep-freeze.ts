import isPlainObject from 'is-plain-obj';

/** Freezes plain objects and arrays and everything they contain. Other objects, such as Maps and Dates, stay as they are. */
export function deepFreeze<Value>(value: Value): Value {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if ((Array.isArray(next) || isPlainObject(next)) && !Object.isFrozen(next)) {
      Object.freeze(next);
      for (const child of Object.values(next as object)) {
        open.push(child);
      }
    }
  }
  return value;
}
