import type { Attributes } from '@opentelemetry/api';
import type { JobEvent } from '../../machines/events.ts';
import * as names from './attribute-names.ts';

/** Follows the undo of a job by its events, those of earlier processes included. */
export class JobUndo {
  #result: 'done' | 'incomplete' | undefined;

  note({ type }: JobEvent): void {
    if (type === 'job.undoing') {
      this.#result ??= 'done';
    } else if (type === 'task.undoFailed') {
      this.#result = 'incomplete';
    }
  }

  /** Empty if nothing was undone. */
  get attributes(): Attributes {
    return this.#result === undefined ? {} : { [names.JOB_UNDO]: this.#result };
  }
}
