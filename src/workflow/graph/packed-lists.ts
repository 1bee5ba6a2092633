/** Lists of numbers in one array, since an array for each list would take several times the memory. */
export class PackedLists {
  /** Where each list starts, and where the last one ends. */
  readonly #starts: Int32Array;
  readonly #numbers: Int32Array;
  /** Where the next number of each list goes, while they are filled. */
  readonly #next: Int32Array;

  /** @param sizes How many numbers each list will have. */
  constructor(sizes: Int32Array) {
    const starts = new Int32Array(sizes.length + 1);
    for (let list = 0; list < sizes.length; list += 1) {
      starts[list + 1] = (starts[list] as number) + (sizes[list] as number);
    }
    this.#starts = starts;
    this.#numbers = new Int32Array(starts[sizes.length] as number);
    this.#next = starts.slice(0, -1);
  }

  push(list: number, value: number): void {
    const place = this.#next[list] as number;
    this.#numbers[place] = value;
    this.#next[list] = place + 1;
  }

  size(list: number): number {
    return (this.#starts[list + 1] as number) - (this.#starts[list] as number);
  }

  map<T>(list: number, callback: (value: number) => T): T[] {
    const start = this.#starts[list] as number;
    const results = new Array<T>(this.size(list));
    for (let index = 0; index < results.length; index += 1) {
      results[index] = callback(this.#numbers[start + index] as number);
    }
    return results;
  }
}
