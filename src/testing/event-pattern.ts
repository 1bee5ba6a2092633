import isPlainObject from 'is-plain-obj';
import { JOB_STATES, type JobEmitted, type JobEvent, TASK_STATES, type TaskEmitted } from '../machines/events.ts';
import { describeValue, onOneLine, quote } from '../values/describe-value.ts';
import { InvalidArgumentError } from '../values/invalid-argument-error.ts';

/**
 * An expected event: a task and its new state such as `charge running`, the type of a job event such as `job.completed`, or an object with some
 * of the event's fields.
 */
export type ExpectedEvent = `${string} ${TaskEmitted['to']}` | JobEmitted['type'] | EventFields;

/** Some fields of an event. Inside their values, too, only the keys you list are compared; arrays must have the same length. */
// Without `object`, a string would do: it has a method `at`, as events have a field.
export type EventFields = object & { readonly [Field in FieldOf<JobEvent>]?: unknown };

type FieldOf<Event> = Event extends unknown ? keyof Event : never;

const LINE = new RegExp(`^(?:.+ (?:${TASK_STATES.slice(1).join('|')})|job\\.(?:${JOB_STATES.slice(1).join('|')}))$`, 's');

const lineOf = (event: JobEvent): string => ('task' in event ? `${event.task} ${event.to}` : event.type);

/** @throws {InvalidArgumentError} if no event can match */
export function checkPattern(pattern: unknown): void {
  if (typeof pattern === 'string' ? LINE.test(pattern) : isPlainObject(pattern)) {
    return;
  }
  const got = typeof pattern === 'string' ? quote(pattern) : describeValue(pattern);
  throw new InvalidArgumentError(
    `An expected event must be a task and its new state such as \`charge running\`, a type such as \`job.completed\`, or an object with fields of the event, got ${got}`,
  );
}

export function matches(event: JobEvent, pattern: ExpectedEvent): boolean {
  return typeof pattern === 'string' ? lineOf(event) === pattern : includes(event, pattern);
}

/** Whether `value` has all that `part` has. */
function includes(value: unknown, part: unknown): boolean {
  if (Object.is(value, part)) {
    return true;
  }
  if (Array.isArray(part)) {
    return Array.isArray(value) && value.length === part.length && part.every((item, index) => includes(value[index], item));
  }
  return (
    isPlainObject(part) &&
    typeof value === 'object' &&
    value !== null &&
    Object.entries(part).every(([key, item]) => includes((value as Record<string, unknown>)[key], item))
  );
}

/** An event as its pattern would be shown, with the fields that any of the patterns looks at. */
export function showEvent(event: JobEvent, patterns: readonly ExpectedEvent[]): string {
  const names = new Set(patterns.flatMap((pattern) => (typeof pattern === 'string' ? [] : Object.keys(pattern))));
  return showPattern(Object.fromEntries(Object.entries(event).filter(([name]) => IN_LINE.includes(name) || names.has(name))));
}

const IN_LINE: readonly string[] = ['type', 'task', 'to'];

export function showPattern(pattern: ExpectedEvent): string {
  if (typeof pattern === 'string') {
    return onOneLine(pattern);
  }
  const { type, task, to, ...fields } = pattern;
  const state = to ?? (typeof type === 'string' ? type.replace(/^task\./, '') : '*');
  const line = String(type).startsWith('job.') ? String(type) : `${String(task ?? '*')} ${String(state)}`;
  return onOneLine(Object.keys(fields).length === 0 ? line : `${line} ${show(fields)}`);
}

function show(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(show).join(', ')}]`;
  }
  if (isPlainObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${show(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : describeValue(value);
}
