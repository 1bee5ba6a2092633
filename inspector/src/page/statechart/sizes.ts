import type { ChartState } from './chart.ts';
import { shownLines, shownText } from './shown-text.ts';
import { LINE, type Measure, NAME } from './text-size.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The space around the texts of a state. */
export const PADDING = { x: 14, y: 8, betweenNameAndLines: 7 } as const;
const SMALLEST_WIDTH = 64;

/** The size of the box of a state without nested states. */
export function boxSize(state: ChartState, measure: Measure): Size {
  const { width, height } = textsSize(state, measure);
  return { width: Math.max(SMALLEST_WIDTH, width + 2 * PADDING.x), height: height + 2 * PADDING.y };
}

/** The size of the name and lines above nested states; Graphviz adds some space around it. */
export function headerSize(state: ChartState, measure: Measure): Size {
  const { width, height } = textsSize(state, measure);
  return { width: width + PADDING.x, height };
}

function textsSize({ name, lines, kind }: ChartState, measure: Measure): Size {
  const nameWidth = measure(shownText(nameShown({ name, kind })), NAME);
  const lineWidths = lines.map((line) => measure(shownText(line), LINE));
  return {
    width: Math.max(nameWidth, ...lineWidths),
    height: NAME.height + (lines.length === 0 ? 0 : PADDING.betweenNameAndLines + lines.length * LINE.height),
  };
}

/** History states have the usual statechart signs. */
export function nameShown({ name, kind }: Pick<ChartState, 'name' | 'kind'>): string {
  switch (kind) {
    case 'history':
      return `H ${name}`;
    case 'deep history':
      return `H* ${name}`;
    default:
      return name;
  }
}

/** The size of an arrow's labels, with some space on both sides. */
export function labelSize(labels: readonly string[], measure: Measure): Size {
  const lines = labels.flatMap(shownLines);
  return {
    width: Math.max(0, ...lines.map((line) => measure(line, LINE))) + 12,
    height: lines.length * LINE.height,
  };
}
