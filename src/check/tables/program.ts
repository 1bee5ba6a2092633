import type { AnyEventObject, AnyTransitionDefinition } from 'xstate';
import type { LocalStep } from './local-machine.ts';

// What the steps of machines make happen, as numbers: an operation in the lowest bits and its argument above.

/** An event is emitted; the argument is its position among those of the step. */
export const EMIT = 0;
/** A message is sent to the job. */
export const SEND = 1;
/** An attempt starts. */
export const START = 2;
/** An attempt has timed out. */
export const EXPIRE = 3;
/** A running attempt is aborted. */
export const ABORT = 4;
/** The tasks without dependencies are notified. */
export const SCHEDULE_ROOTS = 5;
/** The dependents of a task are notified. */
export const NOTIFY = 6;
/** A task joins the queue. */
export const ENQUEUE = 7;
/** The first task of the queue gets a slot. */
export const GRANT = 8;
/** All tasks are stopped; the argument is a reason. */
export const STOP_ALL = 9;
/** The end of the job is saved; the argument is the number of the state. */
export const SAVE_END = 10;

const BITS = 4;

export const instruction = (operation: number, argument = 0): number => operation | (argument << BITS);
export const operationOf = (code: number): number => code & ((1 << BITS) - 1);
export const argumentOf = (code: number): number => code >> BITS;

/** One step of one machine, from one state and for one message. */
export interface Program {
  /** The number of the state it leads to. */
  readonly next: number;
  readonly instructions: readonly number[];
  /** The events that are emitted, with `ANY_TASK` in place of names. */
  readonly events: readonly AnyEventObject[];
}

export const eventsOf = ({ deferred }: LocalStep): AnyEventObject[] =>
  deferred.filter((output) => output.kind === 'emit').map(({ event }) => event);

/** Called with the transitions of a step when it is first taken. */
export type OnTransitions = (transitions: readonly AnyTransitionDefinition[]) => void;
