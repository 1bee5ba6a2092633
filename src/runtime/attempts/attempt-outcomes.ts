import type { OnSettled } from '../../journal/entry-queue.ts';
import type { JobStore } from '../../journal/job-store.ts';
import type { Journal } from '../../journal/journal.ts';
import type { JournalEntry } from '../../journal/journal-entry.ts';
import type { FailureReason } from '../../machines/events.ts';
import type { AttemptFailed, AttemptSucceeded, TaskMessage } from '../../machines/messages.ts';
import type { JobClock } from '../../time/clock.ts';
import type { Turns } from '../../time/turns.ts';
import { isInstance } from '../../values/is-instance.ts';
import { ExecutorClosedError } from '../errors/executor-closed-error.ts';
import { finishAttempt, savedNumber, type TaskNode } from '../machines/task-node.ts';
import type { JobSettings } from '../run-options.ts';
import type { Attempt } from './attempt.ts';
import { judgeFailure, reasonOf } from './judge-failure.ts';
import { readOutput, readUndone, savedOutput } from './task-output.ts';

interface RecordingJob {
  readonly settings: JobSettings;
  readonly journal: Journal | undefined;
  readonly clock: JobClock;
  tell(node: TaskNode, message: TaskMessage): void;
}

/** Sends the outcomes of attempts to the machines of the tasks, with a journal once they are saved. */
export class AttemptOutcomes {
  readonly #job: RecordingJob;
  readonly #turns: Turns;

  constructor(job: RecordingJob, turns: Turns) {
    this.#job = job;
    this.#turns = turns;
  }

  succeed(node: TaskNode, attempt: Attempt, value: unknown): void {
    const { journal, clock } = this.#job;
    const { task, number } = attempt;
    let output: object | undefined;
    let stored: string | undefined;
    try {
      output = node.isUndo ? readUndone(value) : readOutput(task, value);
      if (output !== undefined && journal !== undefined) {
        [stored, output] = savedOutput(task, output, journal.store.codec);
      }
    } catch (error) {
      this.fail(node, attempt, reasonOf(error), error);
      return;
    }
    const entry = (): JournalEntry => ({
      type: 'attempt.succeeded',
      task,
      attempt: savedNumber(node, number),
      at: clock.now(),
      output: stored,
    });
    this.#finish(node, { type: 'attempt.succeeded', attempt: number, output }, entry);
  }

  fail(node: TaskNode, attempt: Attempt, reason: FailureReason, error: unknown, onSettled?: OnSettled): void {
    const { task, number } = attempt;
    if (this.#job.journal !== undefined && isInstance(error, ExecutorClosedError)) {
      this.#job.journal.leave(error);
      return;
    }
    const judgement = judgeFailure(node, this.#job.settings, number, reason, error);
    const entry = ({ codec }: JobStore): JournalEntry => {
      const at = this.#job.clock.now();
      const retryAt = judgement.retry ? at + judgement.delay : undefined;
      const stored = codec.encodeError(judgement.error);
      return {
        type: 'attempt.failed',
        task,
        attempt: savedNumber(node, number),
        at,
        reason: judgement.reason,
        error: stored,
        retryAt,
      };
    };
    this.#finish(node, { type: 'attempt.failed', attempt: number, ...judgement }, entry, onSettled);
  }

  /** Ends an attempt. With a journal, the outcome reaches the machine once it is saved. */
  #finish(
    node: TaskNode,
    message: AttemptSucceeded | AttemptFailed,
    entry: (store: JobStore) => JournalEntry,
    onSettled?: OnSettled,
  ): void {
    const { journal } = this.#job;
    finishAttempt(node);
    if (journal === undefined) {
      this.#job.tell(node, message);
    } else {
      this.#job.tell(node, { type: 'attempt.ended', attempt: message.attempt });
      journal.write(entry(journal.store), () => this.#turns.takeOutcome(() => this.#job.tell(node, message)), onSettled);
    }
  }
}
