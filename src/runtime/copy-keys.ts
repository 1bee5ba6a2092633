/** Copies the own enumerable string keys of an object, `__proto__` among them, without touching a prototype. */
export function copyKeys(source: object, target: object = {}): object {
  for (const key of Object.keys(source)) {
    const value = (source as Record<string, unknown>)[key];
    if (key === '__proto__') {
      Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
    } else {
      (target as Record<string, unknown>)[key] = value;
    }
  }
  return target;
}
