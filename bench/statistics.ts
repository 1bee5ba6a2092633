/** What something cost. */
export interface Cost {
  /** The CPU time of all threads of the process, in microseconds. */
  readonly cpu: number;
  /** In microseconds. */
  readonly wall: number;
}

export async function costOf(call: () => unknown): Promise<Cost> {
  const started = performance.now();
  const cpuStarted = process.cpuUsage();
  await call();
  const { user, system } = process.cpuUsage(cpuStarted);
  return { cpu: user + system, wall: (performance.now() - started) * 1000 };
}

/** The value in the middle; of an even number of values the upper one of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
