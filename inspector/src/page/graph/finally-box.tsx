import type { Box } from './layout.ts';

/** The box around the finally tasks. */
export const FinallyBox = ({ box: { x, y, width, height } }: { readonly box: Box }) => (
  <g class="finally">
    <rect x={x} y={y} width={width} height={height} rx="10" />
    <text x={x + 14} y={y + 16}>
      finally
    </text>
  </g>
);
