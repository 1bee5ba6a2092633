const BUILT_IN: ReadonlyMap<string, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((builtIn) => [builtIn.name, builtIn]),
);

/** The built-in class of errors with this name, or `Error`: of other classes, only the name survives. */
export const errorClass = (name: string): ErrorConstructor => BUILT_IN.get(name) ?? Error;
