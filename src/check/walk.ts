import type { Choice } from './choice.ts';
import type { Inspector } from './inspector.ts';

/** Random walks from the start to the end of a job. */
export interface WalkSearch {
  /** How many walks: an integer from 1. */
  readonly walks: number;
  /** The same seed gives the same walks: an integer. */
  readonly seed: number;
}

export interface Walked {
  /** How many different states were come through. */
  readonly states: number;
  readonly transitions: number;
  /** The length of the longest walk. */
  readonly depth: number;
}

/** Numbers from 0 to 1 that are always the same for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Goes at random from the start to the end, many times; a walk ends early where something is wrong. */
export function walk(
  inspector: Inspector,
  initial: string,
  { walks, seed }: WalkSearch,
  until: () => boolean,
  maxDepth: number,
): Walked {
  const { system } = inspector;
  const random = randomFrom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const known = new Set<string>();
  let transitions = 0;
  let depth = 0;
  for (let count = 0; count < walks && !until(); count += 1) {
    const path: Choice[] = [];
    let code = initial;
    known.add(code);
    for (let isSound = true; isSound && path.length < maxDepth; ) {
      system.load(code);
      const choices = system.choices();
      if (choices.length === 0) {
        break;
      }
      const plain = choices[pick(choices.length)] as Choice;
      const last = [...path];
      const pathOf = (choice: Choice) => () => [...last, choice];
      const taken = inspector.take(code, plain, pathOf(plain));
      let choice = plain;
      isSound = taken.isSound;
      if (isSound && system.model.cancel === 'anywhere' && taken.calls > 0 && pick(10) === 0) {
        choice = { ...plain, cancelAt: 1 + pick(taken.calls) };
        isSound = inspector.take(code, choice, pathOf(choice)).isSound;
      }
      path.push(choice);
      transitions += 1;
      code = system.save();
      if (isSound && !known.has(code)) {
        known.add(code);
        isSound = inspector.look(pathOf(choice)).isSound;
      }
    }
    depth = Math.max(depth, path.length);
  }
  return { states: known.size, transitions, depth };
}
