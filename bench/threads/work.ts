/** Takes a few milliseconds of one core. */
export function work(): { sum: number } {
  let sum = 0;
  for (let step = 0; step < 3_000_000; step += 1) {
    sum += Math.sqrt(step);
  }
  return { sum };
}

/** Takes nothing, so that what is left is what the way into a thread and back takes. */
export const nothing = () => {};
