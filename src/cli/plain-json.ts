/** Makes a value printable as JSON: an error keeps its name, message, code and cause, and values JSON can't represent become text. */
export function toPlain(value: unknown): unknown {
  const path: object[] = [];
  const plain = (one: unknown): unknown => {
    if (typeof one === 'bigint' || typeof one === 'symbol' || typeof one === 'function') {
      return String(one);
    }
    if (typeof one !== 'object' || one === null) {
      return one;
    }
    if (path.includes(one)) {
      return '[circular]';
    }
    path.push(one);
    const copy = copyOf(one, plain);
    path.pop();
    return copy;
  };
  return plain(value);
}

function copyOf(value: object, plain: (one: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return plain(value.toJSON());
  }
  const entries = Object.entries(value).map(([key, one]) => [key, plain(one)]);
  return Object.fromEntries(value instanceof Error ? [...errorEntries(value, plain), ...entries] : entries);
}

function errorEntries(error: Error, plain: (one: unknown) => unknown): [string, unknown][] {
  const { name, message, cause } = error;
  return [['name', name], ['message', message], ...(cause === undefined ? [] : [['cause', plain(cause)] as [string, unknown]])];
}
