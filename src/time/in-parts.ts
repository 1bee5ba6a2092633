import type { Turns } from './turns.ts';

/** How many items are handled in one effect. Between two effects, the job can pause. */
export const PART = 8;

/** Handles each of many items, the first of them at once, and then calls back. */
export function inParts<T>(turns: Turns, items: readonly T[], handle: (item: T) => void, then = () => {}): void {
  const handlePart = (start: number) => {
    const end = Math.min(start + PART, items.length);
    for (let index = start; index < end; index += 1) {
      handle(items[index] as T);
    }
  };
  // What the first items lead to comes after all the others.
  for (let start = PART; start < items.length; start += PART) {
    turns.defer(() => handlePart(start));
  }
  if (items.length > PART) {
    turns.defer(then);
  }
  handlePart(0);
  if (items.length <= PART) {
    then();
  }
}
