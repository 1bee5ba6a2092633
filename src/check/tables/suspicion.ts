/**
 * Thrown where a law may be broken, or a machine does something that is not packed. Then the packed search proves nothing, and the
 * thorough one starts over.
 */
export class Suspicion extends Error {
  constructor(what: string) {
    super(`Not packed: ${what}`);
    this.name = 'Suspicion';
  }
}
