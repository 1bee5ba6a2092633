import type { JobEvent, TaskState } from '../machines/events.ts';
import { describeValue, onOneLine } from '../values/describe-value.ts';
import { skipReason } from './skip-reason.ts';

/**
 * Makes a listener that prints one line per transition, such as `JOB > idle -> running` and `blend > ready -> running`. For a task that is
 * being undone, the state includes the step of the undo, as in `blend > undoing.ready -> undoing.running`.
 * @param log receives each line; defaults to `console.log`
 * @param options with `causes: true`, lines also show the attempt and the cause of the transition, if there is one
 * @example
 * await run(smoothie, { context, onEvent: eventLogger() });
 */
export function eventLogger(
  log: (line: string) => unknown = console.log,
  { causes = false }: { readonly causes?: boolean } = {},
): (event: JobEvent) => void {
  /** The tasks for which others may be skipped. */
  const origins = new Map<string, TaskState>();
  /** What the undo of each task does that is being undone. */
  const steps = new Map<string, string>();
  return (event) => {
    if (event.type === 'task.failed' || (event.type === 'task.skipped' && event.reason === 'condition')) {
      origins.set(event.task, event.to);
    }
    const subject = 'task' in event ? onOneLine(event.task) : 'JOB';
    const step = stepOf(event);
    const from = fullState(event.from, 'task' in event ? steps.get(event.task) : undefined);
    const to = fullState(event.to, step);
    if ('task' in event && step !== undefined) {
      steps.set(event.task, step);
    }
    const cause = causes ? describeCause(event, origins) : '';
    log(`${subject} > ${from} -> ${to}${cause === '' ? '' : ` (${onOneLine(cause)})`}`);
  };
}

const stepOf = (event: JobEvent): string | undefined => (event.type === 'task.undoing' ? event.step : undefined);

const fullState = (state: string, step: string | undefined): string =>
  state === 'undoing' && step !== undefined ? `${state}.${step}` : state;

function describeCause(event: JobEvent, origins: ReadonlyMap<string, TaskState>): string {
  const parts: string[] = [];
  if ('attempt' in event && event.attempt > 0) {
    parts.push(`attempt ${event.attempt}`);
  }
  if ('ending' in event) {
    parts.push(`ending as ${event.ending}`);
  }
  if ('failedTask' in event) {
    parts.push(`task ${event.failedTask}`);
  }
  if (event.type === 'task.skipped') {
    parts.push(skipReason(event.reason, event.origin, origins.get(event.origin ?? '')) ?? event.reason);
  } else if (event.type === 'task.failed' && event.from === 'unscheduled') {
    parts.push('its condition failed');
  } else if ('reason' in event && event.reason !== undefined) {
    parts.push(typeof event.reason === 'string' ? event.reason : describeValue(event.reason));
  }
  if ('error' in event) {
    parts.push(describeValue(event.error));
  }
  if ('delay' in event) {
    parts.push(`retry in ${event.delay} ms`);
  }
  return parts.join(', ');
}
