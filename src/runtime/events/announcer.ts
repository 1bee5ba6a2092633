import type { Journal } from '../../journal/journal.ts';
import type { EventStamp, JobEmitted, TaskEmitted } from '../../machines/events.ts';
import { undoEvent } from '../../machines/undo-events.ts';
import type { TurnClock } from '../../time/clock.ts';
import type { JobMachines } from '../machines/job-machines.ts';
import { isSettled, recordTransition, type TaskNode } from '../machines/task-node.ts';
import type { UndoNode } from '../undo/undo-phase.ts';
import { EventStamper } from './event-stamper.ts';
import type { Failures } from './failures.ts';
import type { Listeners } from './listeners.ts';
import { failureOf, recordBlockedUndo, recordUndo } from './task-report.ts';

interface AnnouncingJob {
  readonly clock: TurnClock;
  readonly journal: Journal | undefined;
  readonly listeners: Listeners;
  readonly machines: JobMachines;
}

/** Keeps the reports of tasks up to date with the events of their machines, and passes the events on. */
export class Announcer {
  readonly #job: AnnouncingJob;
  readonly #failures: Failures;
  readonly #stamper: EventStamper;

  constructor(job: AnnouncingJob, failures: Failures) {
    this.#job = job;
    this.#failures = failures;
    this.#stamper = new EventStamper(job.clock, job.journal);
  }

  announceTask(node: TaskNode, emitted: TaskEmitted): void {
    const event = this.#stamper.stamp(emitted);
    this.#record(node, event);
    if (event.type === 'task.failed' && node.spec.continueOnFailure !== true) {
      this.#failures.add(failureOf(node.record), event);
    }
    this.#job.listeners.tell(event);
    this.#noteStart(node, emitted);
  }

  /** The undo of a task is attempted like a task; its events are about the task that is undone. */
  announceUndo(node: UndoNode, emitted: TaskEmitted): void {
    const { record } = node.of;
    const event = undoEvent(emitted, node.before);
    const stamped = event && this.#stamper.stamp(event);
    this.#record(node, Object.assign(emitted, { sequence: 0, at: stamped?.at ?? this.#job.clock.now() }));
    if (stamped !== undefined) {
      recordUndo(record, stamped);
      if (stamped.type === 'task.undoFailed') {
        const { task, reason, error, attempt } = stamped;
        this.#failures.add(Object.freeze({ task, reason, error, attempts: attempt, isUndo: true as const }), stamped);
      }
      this.#job.listeners.tell(stamped);
    } else if (emitted.type === 'task.skipped' && emitted.origin !== undefined) {
      recordBlockedUndo(record, emitted.origin);
    }
    this.#noteStart(node, emitted);
  }

  announceJob(emitted: JobEmitted): void {
    this.#job.listeners.tell(this.#stamper.stamp(emitted));
  }

  #record(node: TaskNode, event: TaskEmitted & EventStamp): void {
    recordTransition(node, event);
    if (isSettled(node)) {
      this.#job.machines.forget(node);
    }
  }

  /** The machine of the task sets its timer now. */
  #noteStart(node: TaskNode, { type }: TaskEmitted): void {
    if (type === 'task.running' && node.spec.timeout !== undefined) {
      node.grantedAt = this.#job.clock.now();
    }
  }
}
