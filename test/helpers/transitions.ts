import type { InspectionEvent } from 'xstate';

/** The state of a machine at its top level. */
export const topState = (value: unknown): string =>
  typeof value === 'string' ? value : String(Object.keys(value as object)[0]);

/** Keeps the transitions at the top level of one machine, as XState's microsteps tell them. */
export function watchTransitions(initial: string) {
  const transitions: string[] = [];
  let before = initial;
  const inspect = (event: InspectionEvent): void => {
    if (event.type === '@xstate.microstep' && 'value' in event.snapshot) {
      const after = topState(event.snapshot.value);
      if (after !== before) {
        transitions.push(`${before} -> ${after}`);
        before = after;
      }
    }
  };
  return { transitions, inspect };
}
