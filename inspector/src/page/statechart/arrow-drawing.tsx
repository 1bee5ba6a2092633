import type { JSX } from 'preact';
import type { ChartArrow } from './chart.ts';
import { dotOf } from './chart-dot.ts';
import type { ArrowPath, Layout } from './layout.ts';
import { shownLines } from './shown-text.ts';
import { LINE } from './text-size.ts';

interface ArrowProps {
  readonly arrow: ChartArrow;
  readonly path: ArrowPath | undefined;
  /** Whether it starts at a current state. */
  readonly isPossible: boolean;
}

export function ArrowDrawing({ arrow, path, isPossible }: ArrowProps): JSX.Element | null {
  if (path === undefined) {
    return null;
  }
  const { line, head, label } = path;
  const texts = arrow.labels.flatMap(shownLines);
  const top = (label?.y ?? 0) - (texts.length * LINE.height) / 2;
  return (
    <g class={isPossible ? 'arrow possible' : 'arrow'}>
      <title>{arrow.title}</title>
      <path class="line" d={line} />
      <path class="head" d={head} />
      {label &&
        texts.map((text, index) => (
          <text key={index} x={label.x} y={top + index * LINE.height + LINE.size}>
            {text}
          </text>
        ))}
    </g>
  );
}

/** The initial dot of a state, and the arrow from it. */
export function InitialDrawing({ id, layout }: { readonly id: string; readonly layout: Layout }): JSX.Element | null {
  const box = layout.boxes.get(dotOf(id));
  const path = layout.arrows.get(dotOf(id));
  return box === undefined || path === undefined ? null : (
    <g class="initial">
      <circle cx={box.x + box.width / 2} cy={box.y + box.height / 2} r={box.width / 2} />
      <path class="line" d={path.line} />
      <path class="head" d={path.head} />
    </g>
  );
}
