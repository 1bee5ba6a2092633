import type { JobEmitted, TaskEmitted, UndoEmitted } from '../../machines/events.ts';
import { describeValue } from '../../values/describe-value.ts';
import { CheckError } from '../check-error.ts';
import type { Choice } from '../model/choice.ts';
import type { JobView } from './view.ts';

/** What a property returns: `true` if it holds, `false` if not, or a string that describes what is wrong. */
export type Verdict = boolean | string;

interface Named {
  readonly name: string;
}

/** A property that must hold in every state. */
export interface AlwaysProperty extends Named {
  readonly kind: 'always';
  readonly holds: (view: JobView) => Verdict;
}

/** A property that must hold in at least one state. */
export interface SometimesProperty extends Named {
  readonly kind: 'sometimes';
  readonly holds: (view: JobView) => Verdict;
}

/** A property that must hold sooner or later, whatever happens. */
export interface EventuallyProperty extends Named {
  readonly kind: 'eventually';
  readonly holds: (view: JobView) => Verdict;
}

/** A property that must hold for every step. */
export interface StepProperty extends Named {
  readonly kind: 'step';
  readonly holds: (
    before: JobView,
    choice: Choice,
    after: JobView,
    events: readonly (TaskEmitted | UndoEmitted | JobEmitted)[],
  ) => Verdict;
}

export const PROPERTY_KINDS = ['always', 'sometimes', 'eventually', 'step'] as const;

/** A property to check. */
export type Property = AlwaysProperty | SometimesProperty | EventuallyProperty | StepProperty;

/**
 * Makes a property that must hold in every state.
 * @example
 * always('only one task uses the oven', (view) => view.in('running').length < 2 || 'two tasks are running');
 */
export const always = (name: string, holds: AlwaysProperty['holds']): AlwaysProperty => ({ kind: 'always', name, holds });

/**
 * Makes a property that must hold in at least one state.
 * @example
 * sometimes('all fruit is diced at the same time', (view) => view.in('running').length === 2);
 */
export const sometimes = (name: string, holds: SometimesProperty['holds']): SometimesProperty => ({
  kind: 'sometimes',
  name,
  holds,
});

/**
 * Makes a property that must hold at some point on every path of a job. A path ends where a running function never returns and no
 * timeout stops it; cancellations don't count as a way out.
 * @example
 * eventually('the job ends', (view) => view.state !== 'idle' && view.state !== 'running');
 */
export const eventually = (name: string, holds: EventuallyProperty['holds']): EventuallyProperty => ({
  kind: 'eventually',
  name,
  holds,
});

/**
 * Makes a property that must hold for every step. `holds` receives the job at rest, the choice, the job at rest again, and the
 * events in between.
 * @example
 * step('at most one task fails per step', (before, choice, after) => after.in('failed').length <= before.in('failed').length + 1);
 */
export const step = (name: string, holds: StepProperty['holds']): StepProperty => ({ kind: 'step', name, holds });

/** A verdict, and what is wrong if it is negative; `thrown` if the property itself is broken. */
interface Judgement {
  readonly holds: boolean;
  readonly message?: string;
  readonly thrown?: string;
}

/**
 * Evaluates a property. One that throws does not hold.
 * @throws {CheckError} if the view throws one
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
  const thrown = `it must return a boolean or a string that describes the violation, got ${describeValue(verdict)}`;
  return { holds: false, message: thrown, thrown };
}
