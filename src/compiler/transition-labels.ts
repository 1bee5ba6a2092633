import { combinationOf } from './compiled-guard.ts';

/** The label of an event type, such as `slot.granted`, `after backoff`, `done of fetch` or `always`. */
export const labelOfEvent = (eventType: string): string =>
  eventType === ''
    ? 'always'
    : eventType
        .replace(/^xstate\.after\.([^.]+)\..*$/, 'after $1')
        .replace(/^xstate\.(done|error|snapshot)\.(?:actor\.|state\.)?/, '$1 of ');

/** The label of a guard, such as `hasTimeout` or `isCurrentAttempt and not hasRetriesLeft`. */
export function labelOfGuard(guard: unknown): string {
  if (typeof guard === 'string') {
    return guard;
  }
  const { type, name, guards = [] } = guard as { type?: string; name?: string; guards?: readonly unknown[] };
  const combination = combinationOf(guard);
  const parts = guards.map(labelOfGuard);
  switch (combination) {
    case undefined:
      return type ?? (name || 'a function');
    case 'not':
      return `not ${parts[0]}`;
    default:
      return parts.join(` ${combination} `);
  }
}
