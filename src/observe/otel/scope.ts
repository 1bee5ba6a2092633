/** The instrumentation scope: this package and its version. */
export const SCOPE = { name: 'tintype', version: '0.1.0' };
