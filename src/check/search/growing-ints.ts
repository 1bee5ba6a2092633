/** Integers of 32 bits, as many as needed. */
export class GrowingInts {
  length = 0;
  #ints = new Int32Array(64);

  at(index: number): number {
    return this.#ints[index] as number;
  }

  push(value: number): void {
    if (this.length === this.#ints.length) {
      const ints = new Int32Array(2 * this.length);
      ints.set(this.#ints);
      this.#ints = ints;
    }
    this.#ints[this.length] = value;
    this.length += 1;
  }
}
