/** A unique name for the owner of a lease of this length, in milliseconds. */
export const newOwner = (length: number): string => `${crypto.randomUUID()}/${length}`;

/** The length of the lease that an owner has, in milliseconds; undefined if its name doesn't include it. */
export function lengthIn(owner: string): number | undefined {
  // A store may quote the name.
  const [, length] = /\/(\d+)"?$/.exec(owner) ?? [];
  return length === undefined ? undefined : Number(length);
}
