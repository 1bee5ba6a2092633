import type { StopReason } from '../machines/events.ts';
import type { EndSaved, EndState } from '../machines/messages.ts';
import type { JobEnding } from '../workflow/task-definition.ts';
import { detailsOf, type EarlyEnd, earlyEnd, errorOf } from './early-end.ts';
import { Failures } from './events/failures.ts';

/** How a job ends, as far as that is known. */
export class JobEnd {
  readonly failures = new Failures();
  #end: EarlyEnd | undefined;
  /** The reason all attempts abort with. */
  error: unknown;
  /** What finally tasks receive: the decision, whatever fails after it. */
  ending: JobEnding | undefined;

  /** The tasks are stopped. */
  stop(reason: StopReason, cause: unknown, timeout: number | undefined): void {
    this.#end = earlyEnd(reason, cause, this.failures.first, timeout);
    this.error = errorOf(this.#end);
  }

  /** The end is decided. Outcomes that were being saved when the job was stopped may have led to another one. */
  decide(state: EndState): void {
    if (state === 'completed') {
      this.#end = undefined;
    } else if (state === 'failed') {
      this.#end = earlyEnd('jobFailed', undefined, this.failures.first, undefined);
    }
    const { first } = this.failures;
    const failure = first && Object.freeze({ task: first.task, error: first.error });
    this.ending = Object.freeze({ state: state as JobEnding['state'], ...(failure && { failure }) });
  }

  /** What the last event of the job says about it. */
  get details(): Omit<EndSaved, 'type'> {
    return detailsOf(this.#end);
  }

  /** The part of the result that is about the end. */
  get result(): EarlyEnd | { readonly state: 'completed' } {
    return this.#end ?? { state: 'completed' };
  }
}
