/** How many are checked at once. */
const CHUNK = 100;

/** Runs checks, one at a time for each id. What happens to an id during its check may not show in it, so the check runs again. */
export class Checks {
  readonly #look: (id: string) => Promise<void>;
  readonly #running = new Map<string, { isOutdated: boolean }>();

  constructor(look: (id: string) => Promise<void>) {
    this.#look = look;
  }

  async run(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += CHUNK) {
      await Promise.all(ids.slice(from, from + CHUNK).map((id) => this.#check(id)));
    }
  }

  async #check(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (running !== undefined) {
      running.isOutdated = true;
      return;
    }
    const check = { isOutdated: true };
    this.#running.set(id, check);
    try {
      while (check.isOutdated) {
        check.isOutdated = false;
        await this.#look(id);
      }
    } finally {
      this.#running.delete(id);
    }
  }
}
