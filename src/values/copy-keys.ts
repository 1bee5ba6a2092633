/**
 * Copies the own enumerable string keys of an object. A key such as `__proto__` doesn't touch a prototype, and one such as `toString` is copied
 * even if `Object.prototype` is frozen, where an assignment would throw.
 */
export function copyKeys(source: object, target: object = {}): object {
  for (const key of Object.keys(source)) {
    const value = (source as Record<string, unknown>)[key];
    if (key in Object.prototype) {
      Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
    } else {
      (target as Record<string, unknown>)[key] = value;
    }
  }
  return target;
}
