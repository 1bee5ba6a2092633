import { lookOf } from '../model/looks.ts';

/** A state, with its sign, word and color. */
export function StateBadge({ state, count }: { readonly state: string; readonly count?: number }) {
  const { sign, word, colour } = lookOf(state);
  return (
    <span class="badge" data-state={colour}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      {count === undefined ? word : `${count} ${word}`}
    </span>
  );
}
