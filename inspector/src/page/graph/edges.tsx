import { Component } from 'preact';
import type { LayoutEdge, Point } from './layout.ts';

const HEAD = { width: 4, height: 7 };

/** Draws edges that look the same as two paths: a job can have many thousands. */
export class Edges extends Component<{ readonly edges: readonly LayoutEdge[]; readonly look: string }> {
  override shouldComponentUpdate(next: { readonly edges: readonly LayoutEdge[] }): boolean {
    return next.edges !== this.props.edges;
  }

  override render() {
    const { edges, look } = this.props;
    return (
      <g class={`edges ${look}`}>
        <path class="lines" d={edges.map(({ points }) => line(points)).join('')} />
        <path class="heads" d={edges.map(({ points }) => head(points)).join('')} />
      </g>
    );
  }
}

function line(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => {
      if (index === 0) {
        return `M${round(x)} ${round(y)}`;
      }
      const before = points[index - 1] as Point;
      const isLast = index === points.length - 1;
      const end = isLast ? y - HEAD.height : y;
      const middle = round((before.y + end) / 2);
      return index % 2 === 0 ? `V${round(y)}` : `C${round(before.x)} ${middle} ${round(x)} ${middle} ${round(x)} ${round(end)}`;
    })
    .join('');
}

function head(points: readonly Point[]): string {
  const { x, y } = points.at(-1) as Point;
  return `M${round(x)} ${round(y)}l${-HEAD.width} ${-HEAD.height}h${2 * HEAD.width}z`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
