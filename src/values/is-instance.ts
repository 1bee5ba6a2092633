/** Whether a thrown value is an instance of a class. A proxy may throw when checked. */
export function isInstance<Instance>(value: unknown, Class: abstract new (...args: never) => Instance): value is Instance {
  try {
    return value instanceof Class;
  } catch {
    return false;
  }
}
