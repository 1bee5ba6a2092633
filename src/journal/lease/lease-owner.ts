let processName: string | undefined;
let owners = 0;

/** A unique name for this process. Made on first use, because some hosts refuse randomness while modules load. */
export function thisProcess(): string {
  processName ??= crypto.randomUUID();
  return processName;
}

/**
 * A unique name for the owner of a lease.
 * @param length of the lease, in milliseconds
 */
export function newOwner(length: number): string {
  owners += 1;
  return `${thisProcess()}.${owners}/${length}`;
}

/** The name under which an owner runs its job as the suspect of its process. */
export const suspectOwner = (owner: string): string => owner.replace('/', '!/');

/** The parts of the name of an owner, or of a process alone. */
export function readOwner(name: string): { readonly process: string; readonly isSuspect: boolean } {
  const [owner = ''] = name.split('/', 1);
  const [process = ''] = owner.split('.', 1);
  return { process, isSuspect: owner.endsWith('!') };
}

/** The length of the lease that an owner has, in milliseconds; undefined if its name doesn't include it. */
export function lengthIn(owner: string): number | undefined {
  // A store may quote the name.
  const [, length] = /\/(\d+)"?$/.exec(owner) ?? [];
  return length === undefined ? undefined : Number(length);
}
