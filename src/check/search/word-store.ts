/** Sequences of words of 16 bits, one after another, each with a number. */
export class WordStore {
  /** Where each sequence ends: beyond 32 bits, too. */
  readonly #ends: number[] = [];
  #words = new Uint16Array(1024);

  get size(): number {
    return this.#ends.length;
  }

  /** @returns the number of the new sequence */
  push(words: Uint16Array, length: number): number {
    const begin = this.#begin(this.size);
    const end = begin + length;
    if (end > this.#words.length) {
      const more = new Uint16Array(2 * end);
      more.set(this.#words);
      this.#words = more;
    }
    for (let index = 0; index < length; index += 1) {
      this.#words[begin + index] = words[index] as number;
    }
    this.#ends.push(end);
    return this.size - 1;
  }

  equals(number: number, words: Uint16Array, length: number): boolean {
    const begin = this.#begin(number);
    if ((this.#ends[number] as number) - begin !== length) {
      return false;
    }
    for (let index = 0; index < length; index += 1) {
      if (this.#words[begin + index] !== words[index]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Copies a sequence.
   * @returns its length
   */
  read(number: number, into: Uint16Array): number {
    const begin = this.#begin(number);
    const length = (this.#ends[number] as number) - begin;
    for (let index = 0; index < length; index += 1) {
      into[index] = this.#words[begin + index] as number;
    }
    return length;
  }

  #begin(number: number): number {
    return number === 0 ? 0 : (this.#ends[number - 1] as number);
  }
}
