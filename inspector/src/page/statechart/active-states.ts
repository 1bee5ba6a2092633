import type { StateValue } from 'xstate';
import type { Chart, ChartState } from './chart.ts';

/** Returns the ids of a machine's current states. */
export const activeStates = ({ root }: Chart, value: StateValue): ReadonlySet<string> => new Set(activeIn(root.states, value));

function activeIn(states: readonly ChartState[], value: unknown): string[] {
  return states
    .filter(({ name }) => (isNested(value) ? Object.hasOwn(value, name) : value === name))
    .flatMap(({ id, name, states: inner }) => [id, ...(isNested(value) ? activeIn(inner, value[name]) : [])]);
}

const isNested = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** A readable name of a state, such as `running › timed`, or `a › b, c › d` for parallel states. */
export function nameOfValue(value: StateValue): string {
  return isNested(value)
    ? Object.entries(value)
        .map(([name, inner]) => [name, nameOfValue(inner as StateValue)].filter((part) => part !== '').join(' › '))
        .join(', ')
    : String(value);
}
