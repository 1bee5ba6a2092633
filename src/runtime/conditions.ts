import type { Journal } from '../journal/journal.ts';
import type { JournalEntry } from '../journal/journal-entry.ts';
import type { ConditionDecided, ConditionFailed, TaskMessage } from '../machines/messages.ts';
import type { JobClock } from '../time/clock.ts';
import type { Turns } from '../time/turns.ts';
import { callSafely } from '../values/call-safely.ts';
import { areMet } from '../workflow/condition.ts';
import type { SharedContext } from './context/shared-context.ts';
import { InvalidConditionError } from './errors/invalid-condition-error.ts';
import { isSettled, type TaskNode } from './machines/task-node.ts';
import type { JobSettings } from './run-options.ts';

interface DecidingJob {
  readonly context: SharedContext;
  readonly journal: Journal | undefined;
  readonly clock: JobClock;
  readonly settings: JobSettings;
  nodeOf(task: string): TaskNode | undefined;
  tell(node: TaskNode, message: TaskMessage): void;
}

type Decision = ConditionDecided | ConditionFailed;

/** Evaluates the conditions of tasks. In a job with a store, a decision is saved before it takes effect. */
export class Conditions {
  readonly #job: DecidingJob;
  readonly #turns: Turns;

  constructor(job: DecidingJob, turns: Turns) {
    this.#job = job;
    this.#turns = turns;
  }

  decide(node: TaskNode): void {
    const { journal } = this.#job;
    const saved = journal?.recorded?.decisionOf(node.spec.name);
    if (saved === undefined) {
      this.#afterFailures(() => isSettled(node) || this.#decideNow(node, journal));
      return;
    }
    this.#job.tell(node, { type: 'condition.evaluated' });
    const land = () => this.#job.tell(node, saved);
    if (journal?.recorded?.isAfterFailure(node.spec.name, 0) === true) {
      this.#afterFailures(() => this.#turns.afterReplays(land));
    } else {
      saved.type === 'condition.failed' && this.#stopsJob(node) ? this.#afterFailures(land) : this.#turns.replay(land);
    }
  }

  /** Whether the job starts nothing more if a task fails. */
  #stopsJob({ spec }: TaskNode): boolean {
    return spec.continueOnFailure !== true && spec.finally !== true && this.#job.settings.onFailure !== 'keepGoing';
  }

  /** Saved outcomes come first, since this may fail the job. Saved failures of attempts are the last of them: see `Coordinator.grantSlot`. */
  #afterFailures(event: () => void): void {
    this.#turns.afterReplays(() => this.#turns.afterReplays(event));
  }

  #decideNow(node: TaskNode, journal: Journal | undefined): void {
    if (journal?.recorded?.beginsNothing === true && node.spec.finally !== true) {
      return;
    }
    const decision = this.#evaluate(node);
    if (journal === undefined) {
      this.#job.tell(node, decision);
      return;
    }
    this.#job.tell(node, { type: 'condition.evaluated' });
    journal.write(this.#entryOf(node, decision, journal), () => this.#turns.takeOutcome(() => this.#job.tell(node, decision)));
  }

  #entryOf({ spec: { name: task } }: TaskNode, decision: Decision, { store }: Journal): JournalEntry {
    const place = { task, attempt: 0, at: this.#job.clock.now() } as const;
    return decision.type === 'condition.decided'
      ? { ...place, ...decision }
      : { ...place, type: decision.type, error: store.codec.encodeError(decision.error) };
  }

  #evaluate({ index, spec: { name, definition, when } }: TaskNode): Decision {
    const { context } = this.#job;
    if (typeof when === 'object') {
      const outputOf = (task: string) => context.outputOf((this.#job.nodeOf(task) as TaskNode).index);
      return { type: 'condition.decided', holds: areMet(when, outputOf) };
    }
    try {
      const holds: unknown = Reflect.apply(when as (context: object) => boolean, definition, [context.viewOf(index)]);
      if (typeof holds === 'boolean') {
        return { type: 'condition.decided', holds };
      }
      // It may be a promise that rejects.
      callSafely(
        () => holds,
        () => {},
      );
      return { type: 'condition.failed', error: new InvalidConditionError(name, holds) };
    } catch (error) {
      return { type: 'condition.failed', error };
    }
  }
}
