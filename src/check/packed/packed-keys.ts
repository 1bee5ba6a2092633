import type { ModelTask } from '../model/model-task.ts';
import type { Reduction } from '../search/reduction.ts';
import { JOB_WORDS } from './packed-states.ts';
import type { PackedSystem } from './packed-system.ts';

/** From this many on, a sort that compares all pairs is slower. */
const MANY = 24;

/** Writes the key of a state: merged states have the same key. */
export class PackedKeys {
  readonly words: Uint16Array;
  readonly #system: PackedSystem;
  readonly #reduction: Reduction;
  /** The tasks, interchangeable ones side by side. */
  readonly #order: readonly number[];
  /** Where each class of interchangeable tasks begins and ends in the order. */
  readonly #classes: readonly (readonly [begin: number, end: number])[];
  /** Those of more than one task. */
  readonly #unsorted: readonly (readonly [begin: number, end: number])[];
  /** The number of the class of each task. */
  readonly #classOf: Uint16Array;

  constructor(system: PackedSystem, classes: readonly (readonly ModelTask[])[], reduction: Reduction) {
    const count = system.tasks.length;
    this.#system = system;
    this.#reduction = reduction;
    const own = reduction.symmetry ? classes : classes.flat().map((task) => [task]);
    this.#order = own.flat().map(({ index }) => index);
    this.#classOf = new Uint16Array(count);
    let begin = 0;
    this.#classes = own.map((tasks, number) => {
      for (const { index } of tasks) {
        this.#classOf[index] = number;
      }
      begin += tasks.length;
      return [begin - tasks.length, begin];
    });
    this.#unsorted = this.#classes.filter(([first, end]) => end - first > 1);
    this.words = new Uint16Array(JOB_WORDS + count + 2 * system.queue.capacity);
  }

  /**
   * Writes the key of the current state into `words`.
   * @returns its length
   */
  write(): number {
    const { words } = this;
    const system = this.#system;
    words[0] = system.job;
    words[1] = system.job >> 16;
    let place = JOB_WORDS;
    const { tasks, table } = system;
    const { merged } = table;
    const { finishedContext } = this.#reduction;
    for (const task of this.#order) {
      const state = tasks[task] as number;
      words[place] = finishedContext ? (merged[state] as number) : state;
      place += 1;
    }
    this.#sort();
    for (let index = 0; index < system.queue.length; index += 1) {
      const task = system.queue.at(index);
      words[place] = this.#classOf[task] as number;
      words[place + 1] = this.#wordOf(task);
      place += 2;
    }
    return place;
  }

  /** The tasks in a canonical order: in states with the same key, tasks at the same position are in the same state. */
  order(): readonly number[] {
    const system = this.#system;
    const places = new Map(Array.from({ length: system.queue.length }, (_, place) => [system.queue.at(place), place]));
    return this.#classes.flatMap(([begin, end]) =>
      this.#order
        .slice(begin, end)
        .sort((a, b) => this.#wordOf(a) - this.#wordOf(b) || (places.get(a) ?? 0) - (places.get(b) ?? 0)),
    );
  }

  #wordOf(task: number): number {
    const state = this.#system.tasks[task] as number;
    return this.#reduction.finishedContext ? (this.#system.table.merged[state] as number) : state;
  }

  #sort(): void {
    for (const [begin, end] of this.#unsorted) {
      if (end - begin >= MANY) {
        this.words.subarray(JOB_WORDS + begin, JOB_WORDS + end).sort();
      } else {
        sort(this.words, JOB_WORDS + begin, JOB_WORDS + end);
      }
    }
  }
}

/** Sorts a few words in place. */
function sort(words: Uint16Array, begin: number, end: number): void {
  for (let next = begin + 1; next < end; next += 1) {
    const word = words[next] as number;
    let place = next;
    while (place > begin && (words[place - 1] as number) > word) {
      words[place] = words[place - 1] as number;
      place -= 1;
    }
    words[place] = word;
  }
}
