import type { JobEvent } from '../machines/events.ts';
import { describeValue, onOneLine } from '../values/describe-value.ts';

/**
 * Makes a listener that prints one line per transition, such as `JOB > idle -> running` and `blend > ready -> running`.
 * @param log receives each line; defaults to `console.log`
 * @param options with `causes: true`, lines also show the attempt and the cause of the transition, if there is one
 * @example
 * await run(smoothie, { context, onEvent: eventLogger() });
 */
export function eventLogger(
  log: (line: string) => unknown = console.log,
  { causes = false }: { readonly causes?: boolean } = {},
): (event: JobEvent) => void {
  return (event) => {
    const subject = 'task' in event ? onOneLine(event.task) : 'JOB';
    const cause = causes ? describeCause(event) : '';
    log(`${subject} > ${event.from} -> ${event.to}${cause === '' ? '' : ` (${onOneLine(cause)})`}`);
  };
}

function describeCause(event: JobEvent): string {
  const parts: string[] = [];
  if ('attempt' in event && event.attempt > 0) {
    parts.push(`attempt ${event.attempt}`);
  }
  if ('failedTask' in event) {
    parts.push(`task ${event.failedTask}`);
  }
  if ('reason' in event && event.reason !== undefined) {
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
