import { Suspicion } from '../tables/suspicion.ts';
import {
  AWAITED,
  BROKEN,
  DONE,
  FAILS_JOB,
  LEFT_BEHIND,
  MAY_REST,
  MOVES,
  READY,
  RUNNING,
  SETTLED,
  TIMED,
} from '../tables/task-facts.ts';
import type { PackedSystem } from './packed-system.ts';

/** Checks a packed system at rest: what `RestLaws` finds, as bits and counts. */
export class PackedLaws {
  /** The bits that any task has. */
  any = 0;
  running = 0;
  readonly #system: PackedSystem;
  readonly #slots: number;
  readonly #isQueued: Uint8Array;
  #ready = 0;
  #settled = 0;
  #done = 0;

  constructor(system: PackedSystem, slots: number) {
    this.#system = system;
    this.#slots = slots;
    this.#isQueued = new Uint8Array(system.tasks.length);
  }

  /** Counts the tasks in the current state. */
  count(): void {
    const { tasks, table } = this.#system;
    const { facts } = table;
    let [any, running, ready, settled, done] = [0, 0, 0, 0, 0];
    for (let task = 0; task < tasks.length; task += 1) {
      const bits = facts[tasks[task] as number] as number;
      any |= bits;
      running += bits & RUNNING;
      ready += bits & READY;
      settled += bits & SETTLED;
      done += bits & DONE;
    }
    this.any = any;
    this.running = running / RUNNING;
    this.#ready = ready / READY;
    this.#settled = settled / SETTLED;
    this.#done = done / DONE;
  }

  /** @throws {Suspicion} if a law other than `progress` is broken in the state that was counted */
  check(): void {
    const { job, jobs } = this.#system;
    const { name, isSettled, isBroken, context } = jobs.local(job);
    const areBroken = (this.any & (isSettled ? BROKEN | LEFT_BEHIND : BROKEN)) !== 0;
    const isCounted =
      context.settled === (name === 'idle' ? 0 : this.#settled) &&
      context.running === (isSettled ? 0 : this.running) &&
      context.queued === (isSettled ? 0 : this.#ready);
    if (isBroken || areBroken || !isCounted || !this.#agrees(name) || !(isSettled || this.#waits())) {
      throw new Suspicion(`a job that is ${name}`);
    }
  }

  /** Whether nothing can move the job forward. */
  get isStuck(): boolean {
    const { isSettled, name } = this.#system.jobs.local(this.#system.job);
    return !isSettled && name !== 'idle' && (this.any & MOVES) === 0;
  }

  /** Whether the job may stay as it is forever, since functions may never return. */
  get mayRest(): boolean {
    const { isSettled, timers } = this.#system.jobs.local(this.#system.job);
    return !isSettled && timers.length === 0 && (this.any & (TIMED | AWAITED)) === 0 && (this.any & MAY_REST) !== 0;
  }

  /** Whether the outcome of the job matches the outcomes of its tasks. */
  #agrees(name: string): boolean {
    const { length } = this.#system.tasks;
    const areDone = this.#done === length;
    return (
      (name === 'failed') === ((this.any & FAILS_JOB) !== 0) &&
      (name !== 'completed' || areDone) &&
      (!areDone || length === 0 || name === 'completed')
    );
  }

  /** Whether the ready tasks are those in the queue, each once, and no slot is free. */
  #waits(): boolean {
    const system = this.#system;
    const { queue, tasks, table } = system;
    let isSound = queue.length === this.#ready && (queue.length === 0 || this.running >= this.#slots);
    for (let place = 0; isSound && place < queue.length; place += 1) {
      const task = queue.at(place);
      isSound = ((table.facts[tasks[task] as number] as number) & READY) !== 0 && this.#isQueued[task] === 0;
      this.#isQueued[task] = 1;
    }
    for (let place = 0; place < queue.length; place += 1) {
      this.#isQueued[queue.at(place)] = 0;
    }
    return isSound;
  }
}
