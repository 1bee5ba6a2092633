import { and, assign, createActor, emit, fromPromise, not, or, sendTo, setup } from 'xstate';

const xstate = { and, assign, createActor, emit, fromPromise, not, or, sendTo, setup };

/** What tintype uses of XState. */
export type XState = typeof xstate;

/** XState, for those who look at a machine. What runs a job needs only tables, so the package has `require-xstate.ts` for Node.js instead. */
export const loadXState = (): XState => xstate;
