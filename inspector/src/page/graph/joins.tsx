import { JOIN_HEIGHT, type LayoutJoin } from './layout.ts';

const HALF = JOIN_HEIGHT / 2;

/** Marks where a task waits for several others, one of which has to complete. */
export function Joins({ joins, skipped }: { readonly joins: readonly LayoutJoin[]; readonly skipped: ReadonlySet<string> }) {
  return (
    <g class="joins">
      {joins.map(({ to, names, x, y }) => (
        <g key={`${to} ${x}`} class={skipped.has(to) || names.every((name) => skipped.has(name)) ? 'join dim' : 'join'}>
          <path d={`M${x} ${y}l${-HALF} ${-HALF}l${HALF} ${-HALF}l${HALF} ${HALF}z`} />
          <text x={x + HALF + 3} y={y - 3}>
            any
          </text>
        </g>
      ))}
    </g>
  );
}
