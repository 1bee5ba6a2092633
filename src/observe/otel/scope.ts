/** Who makes the spans and metrics: this package, in its version. */
export const SCOPE = { name: 'tintype', version: '0.1.0' };
