/** Prints the size of everything `tintype` exports, bundled from dist and minified. */
import { bundle, sizes } from './bundle.ts';

for (const [label, external] of [
  ['tintype with xstate', []],
  ['tintype alone', ['xstate']],
] as const) {
  const { minified, gzipped } = sizes(await bundle("export * from 'tintype';", external));
  console.log(`${label}: ${minified} bytes minified, ${gzipped} gzipped`);
}
