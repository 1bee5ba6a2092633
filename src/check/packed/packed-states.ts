import { WordStore } from '../search/word-store.ts';
import type { PackedSystem } from './packed-system.ts';

/** The number of the job takes two words. */
export const JOB_WORDS = 2;

/** The number of the job in a state. */
export const jobIn = (words: Uint16Array): number => (words[0] as number) + (words[1] as number) * 0x1_0000;

/** The states of a packed system, each the job, its tasks and the queue, and one of them as the base from which steps are taken. */
export class PackedStates {
  readonly base: Uint16Array;
  /** The part of the base that is about the tasks. */
  readonly #baseTasks: Uint16Array;
  readonly #system: PackedSystem;
  readonly #store = new WordStore();
  /** The current state as last written. */
  readonly #current: Uint16Array;
  #baseLength = 0;

  constructor(system: PackedSystem) {
    const length = JOB_WORDS + system.tasks.length + system.queue.capacity;
    this.#system = system;
    this.base = new Uint16Array(length);
    this.#baseTasks = this.base.subarray(JOB_WORDS, JOB_WORDS + system.tasks.length);
    this.#current = new Uint16Array(length);
  }

  /** Keeps the current state, and numbers it. */
  add(): void {
    this.#store.push(this.#current, this.#write());
  }

  /** Makes a state the base, and the current one. */
  load(state: number): void {
    this.#baseLength = this.#store.read(state, this.base);
    this.restore();
  }

  /** Makes the current state the base. */
  rebase(): void {
    this.#baseLength = this.#write();
    this.base.set(this.#current);
  }

  /** Returns to the base. */
  restore(): void {
    const { base } = this;
    const { tasks, queue } = this.#system;
    this.#system.job = jobIn(base);
    tasks.set(this.#baseTasks);
    queue.clear();
    for (let place = JOB_WORDS + tasks.length; place < this.#baseLength; place += 1) {
      queue.push(base[place] as number);
    }
  }

  /** Whether the current state is not the base. */
  hasChanged(): boolean {
    const length = this.#write();
    let place = 0;
    while (place < length && this.#current[place] === this.base[place]) {
      place += 1;
    }
    return length !== this.#baseLength || place < length;
  }

  /** Returns the length of the current state. */
  #write(): number {
    const { job, tasks, queue } = this.#system;
    this.#current[0] = job;
    this.#current[1] = job >> 16;
    this.#current.set(tasks, JOB_WORDS);
    for (let place = 0; place < queue.length; place += 1) {
      this.#current[JOB_WORDS + tasks.length + place] = queue.at(place);
    }
    return JOB_WORDS + tasks.length + queue.length;
  }
}
