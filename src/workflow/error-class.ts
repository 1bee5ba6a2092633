const BUILT_IN: ReadonlyMap<string, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((builtIn) => [builtIn.name, builtIn]),
);

/** The class of the errors with this name, where the language has one; of one's own classes only the name can be told elsewhere. */
export const errorClass = (name: string): ErrorConstructor => BUILT_IN.get(name) ?? Error;
