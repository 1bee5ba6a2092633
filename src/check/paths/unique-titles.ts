/** Appends numbers to titles that are taken, so that each path has its own. */
export class UniqueTitles {
  readonly #taken = new Set<string>();

  of(title: string): string {
    let unique = title;
    for (let count = 2; this.#taken.has(unique); count += 1) {
      unique = `${title} (${count})`;
    }
    this.#taken.add(unique);
    return unique;
  }
}
