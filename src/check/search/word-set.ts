import { GrowingInts } from './growing-ints.ts';
import { WordStore } from './word-store.ts';

const FREE = 0;

/** Distinct sequences of words, numbered in the order in which they came: a hash table with open addressing. */
export class WordSet {
  readonly #store = new WordStore();
  readonly #hashes = new GrowingInts();
  /** The number of a sequence plus 1, or `FREE`. */
  #slots = new Int32Array(1024);

  get size(): number {
    return this.#store.size;
  }

  /** The number of a sequence; -1 if it is new. */
  find(words: Uint16Array, length: number): number {
    const hash = hashOf(words, length);
    const mask = this.#slots.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const number = (this.#slots[place] as number) - 1;
      if (number === FREE - 1) {
        return -1;
      }
      if (this.#hashes.at(number) === hash && this.#store.equals(number, words, length)) {
        return number;
      }
    }
  }

  /** Adds a sequence that is new. */
  add(words: Uint16Array, length: number): number {
    const number = this.#store.push(words, length);
    this.#hashes.push(hashOf(words, length));
    if (2 * this.size > this.#slots.length) {
      this.#slots = new Int32Array(2 * this.#slots.length);
      for (let one = 0; one < number; one += 1) {
        this.#place(one);
      }
    }
    this.#place(number);
    return number;
  }

  #place(number: number): void {
    const mask = this.#slots.length - 1;
    let place = this.#hashes.at(number) & mask;
    while (this.#slots[place] !== FREE) {
      place = (place + 1) & mask;
    }
    this.#slots[place] = number + 1;
  }
}

/** FNV-1a on words, with the bits of the result mixed. */
function hashOf(words: Uint16Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < length; index += 1) {
    hash = Math.imul(hash ^ (words[index] as number), 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}
