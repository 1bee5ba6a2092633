import { createRequire } from 'node:module';
import type { XState } from './load-xstate.ts';

const require = createRequire(import.meta.url);
let xstate: XState | undefined;

/** Loads XState for the first who looks at a machine: it takes longer than the rest of tintype. The same copy that `import` loads. */
export function loadXState(): XState {
  xstate ??= require('xstate') as XState;
  return xstate;
}
