import type { JobEvent } from '../machines/events.ts';
import { describeValue } from '../values/describe-value.ts';
import { InvalidArgumentError } from '../values/invalid-argument-error.ts';
import { checkPattern, type ExpectedEvent, matches, showEvent, showPattern } from './event-pattern.ts';
import { EventsMismatchError } from './events-mismatch-error.ts';

/**
 * Asserts that events were emitted in the given order. Other events may come before, between and after them, unless `exact` is true.
 * @param events Events of a job, from `recordEvents` or `onEvent`.
 * @throws {EventsMismatchError} if they weren't; the message lists all events and marks what is missing or unexpected
 * @throws {InvalidArgumentError} if an expected event can't occur, such as one with a misspelled state
 * @example
 * assertEvents(events, ['charge backingOff', { task: 'charge', to: 'running', attempt: 2 }, 'charge completed', 'job.completed']);
 */
export function assertEvents(
  events: readonly JobEvent[],
  expected: readonly ExpectedEvent[],
  { exact = false }: { readonly exact?: boolean | undefined } = {},
): void {
  for (const [name, value] of Object.entries({ events, expected })) {
    if (!Array.isArray(value)) {
      throw new InvalidArgumentError(`\`assertEvents\`: \`${name}\` must be an array, got ${describeValue(value)}`);
    }
  }
  expected.forEach(checkPattern);
  const rows = align(events, expected);
  const isWrong = ({ kind }: Row) => kind === 'missing' || (exact && kind === 'other');
  const wrong = rows.find(isWrong);
  if (wrong !== undefined) {
    const error = new EventsMismatchError(describe(wrong, rows, expected, exact));
    // Test runners show the line of the test.
    Error.captureStackTrace?.(error, assertEvents);
    throw error;
  }
}

/** An event that was expected, one that was not, or one that is missing. */
type Row =
  | { readonly kind: 'expected' | 'other'; readonly event: JobEvent }
  | { readonly kind: 'missing'; readonly pattern: ExpectedEvent };

/** Takes for each pattern the next event it matches; a pattern that matches none after the last one taken is missing. */
function align(events: readonly JobEvent[], patterns: readonly ExpectedEvent[]): Row[] {
  const rows: Row[] = [];
  let next = 0;
  for (const pattern of patterns) {
    const found = events.findIndex((event, index) => index >= next && matches(event, pattern));
    if (found === -1) {
      rows.push({ kind: 'missing', pattern });
      continue;
    }
    rows.push(...others(events.slice(next, found)), { kind: 'expected', event: events[found] as JobEvent });
    next = found + 1;
  }
  return [...rows, ...others(events.slice(next))];
}

const others = (events: readonly JobEvent[]): Row[] => events.map((event) => ({ kind: 'other', event }));

function describe(wrong: Row, rows: readonly Row[], patterns: readonly ExpectedEvent[], exact: boolean): string {
  const show = (row: Row) => (row.kind === 'missing' ? showPattern(row.pattern) : showEvent(row.event, patterns));
  const before = rows.slice(0, rows.indexOf(wrong)).findLast(({ kind }) => kind === 'expected');
  const place = before === undefined ? '' : ` after \`${show(before)}\``;
  const headline = wrong.kind === 'missing' ? `Missing event${place}` : `Unexpected event${place}`;
  const marks = { expected: ' ', missing: '-', other: exact ? '+' : '·' };
  const legend = exact ? '- missing, + unexpected' : '- missing, · not compared';
  const lines = rows.map((row) => `${marks[row.kind]} ${show(row)}`);
  return [`${headline}: \`${show(wrong)}\``, '', ...lines, '', `(${legend})`].join('\n');
}
