import type { JobEmitted, TaskEmitted } from '../machines/events.ts';
import { describeValue } from '../workflow/describe-value.ts';
import { CheckError } from './check-error.ts';
import type { Choice } from './choice.ts';
import type { JobView } from './view.ts';

/** What a property says: it holds, or what is wrong. `false` is for those who have nothing to add. */
export type Verdict = boolean | string;

interface Named {
  readonly name: string;
}

/** Holds in every state. */
export interface AlwaysProperty extends Named {
  readonly kind: 'always';
  readonly holds: (view: JobView) => Verdict;
}

/** Holds in at least one state. */
export interface SometimesProperty extends Named {
  readonly kind: 'sometimes';
  readonly holds: (view: JobView) => Verdict;
}

/** Holds sooner or later, whatever happens. */
export interface EventuallyProperty extends Named {
  readonly kind: 'eventually';
  readonly holds: (view: JobView) => Verdict;
}

/** Holds of everything that happens. */
export interface StepProperty extends Named {
  readonly kind: 'step';
  readonly holds: (before: JobView, choice: Choice, after: JobView, events: readonly (TaskEmitted | JobEmitted)[]) => Verdict;
}

export const PROPERTY_KINDS = ['always', 'sometimes', 'eventually', 'step'] as const;

export type Property = AlwaysProperty | SometimesProperty | EventuallyProperty | StepProperty;

/**
 * A property that holds in every state.
 * @example
 * always('the oven is never used by two', (view) => view.in('running').length < 2 || 'two tasks run');
 */
export const always = (name: string, holds: AlwaysProperty['holds']): AlwaysProperty => ({ kind: 'always', name, holds });

/**
 * A property that holds in at least one state.
 * @example
 * sometimes('all fruit is diced at the same time', (view) => view.in('running').length === 2);
 */
export const sometimes = (name: string, holds: SometimesProperty['holds']): SometimesProperty => ({
  kind: 'sometimes',
  name,
  holds,
});

/**
 * A property that holds at some moment of every course that a job can take. A course in which a function never returns, and no timeout
 * ends it, stops there; cancels are not counted upon.
 * @example
 * eventually('the job ends', (view) => view.state !== 'idle' && view.state !== 'running');
 */
export const eventually = (name: string, holds: EventuallyProperty['holds']): EventuallyProperty => ({
  kind: 'eventually',
  name,
  holds,
});

/**
 * A property of each step: the job at rest, what happens, the job at rest again, and the events in between.
 * @example
 * step('one event at most makes a task fail', (before, choice, after) => after.in('failed').length <= before.in('failed').length + 1);
 */
export const step = (name: string, holds: StepProperty['holds']): StepProperty => ({ kind: 'step', name, holds });

/** A verdict, and what is wrong where it is bad; `thrown` where the property itself is broken. */
interface Judgement {
  readonly holds: boolean;
  readonly message?: string;
  readonly thrown?: string;
}

/**
 * Asks a property. One that throws does not hold.
 * @throws {CheckError} what the view throws
 */
export function verdictOf(ask: () => Verdict): Judgement {
  let verdict: unknown;
  try {
    verdict = ask();
  } catch (error) {
    if (error instanceof CheckError) {
      throw error;
    }
    const thrown = `it threw ${describeValue(error)}`;
    return { holds: false, message: thrown, thrown };
  }
  if (typeof verdict === 'boolean') {
    return verdict ? { holds: true } : { holds: false, message: 'it does not hold' };
  }
  if (typeof verdict === 'string') {
    return { holds: false, message: verdict };
  }
  const thrown = `it returned ${describeValue(verdict)}, it must return true, or what is wrong`;
  return { holds: false, message: thrown, thrown };
}
