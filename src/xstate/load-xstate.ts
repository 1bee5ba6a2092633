import { and, assign, createActor, emit, fromPromise, not, or, sendTo, setup } from 'xstate';

const xstate = { and, assign, createActor, emit, fromPromise, not, or, sendTo, setup };

/** XState, for those who look at machines; what runs a job needs only their tables. */
export const loadXState = (): typeof xstate => xstate;
