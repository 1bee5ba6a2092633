import type { JSX } from 'preact';
import type { ChartState } from './chart.ts';
import type { Box } from './layout.ts';
import { shownText } from './shown-text.ts';
import { nameShown, PADDING } from './sizes.ts';
import { LINE, NAME } from './text-size.ts';

interface StateProps {
  readonly state: ChartState;
  readonly box: Box | undefined;
  readonly isActive: boolean;
}

/** A state with its name and lines; nested states are drawn separately. */
export function StateDrawing({ state, box, isActive }: StateProps): JSX.Element | null {
  return box === undefined ? null : (
    <g class={classesOf(state, isActive)} data-state={state.name}>
      <title>{isActive ? `${state.title}\n(current state)` : state.title}</title>
      <Frame {...box} inset={0} />
      {state.kind === 'final' && <Frame {...box} inset={4} />}
      <Texts state={state} box={box} />
      {isActive && <ActiveSign x={box.x + box.width} y={box.y} />}
    </g>
  );
}

const classesOf = ({ kind, states }: ChartState, isActive: boolean): string =>
  ['state', kind, ...(states.length > 0 ? ['nested'] : []), ...(isActive ? ['active'] : [])].join(' ');

function Frame({ x, y, width, height, inset }: Box & { readonly inset: number }): JSX.Element {
  return <rect x={x + inset} y={y + inset} width={width - 2 * inset} height={height - 2 * inset} rx={8 - inset} />;
}

function Texts({ state, box }: { readonly state: ChartState; readonly box: Box }): JSX.Element {
  const isCentred = state.states.length === 0 && state.lines.length === 0;
  const left = box.x + (isCentred ? box.width / 2 : PADDING.x);
  const belowName = box.y + PADDING.y + NAME.height;
  return (
    <>
      <text class={isCentred ? 'name centred' : 'name'} x={left} y={belowName - 5}>
        {shownText(nameShown(state))}
      </text>
      {state.lines.length > 0 && <line x1={box.x} x2={box.x + box.width} y1={belowName + 3} y2={belowName + 3} />}
      {state.lines.map((text, index) => (
        <text key={text} x={left} y={belowName + PADDING.betweenNameAndLines + index * LINE.height + LINE.size}>
          {shownText(text)}
        </text>
      ))}
    </>
  );
}

/** A sign in addition to color and border, for people who can't tell the colors apart. */
const ActiveSign = ({ x, y }: { readonly x: number; readonly y: number }): JSX.Element => (
  <g class="sign" transform={`translate(${x - 4} ${y + 2})`}>
    <circle r={8} />
    <path d="M-2.5,-4L4,0L-2.5,4Z" />
  </g>
);
