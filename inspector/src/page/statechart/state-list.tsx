import type { JSX } from 'preact';
import type { ChartState } from './chart.ts';

/** The states of a machine as a list, for when there is no drawing. */
export function StateList(props: { states: readonly ChartState[]; active: ReadonlySet<string> }): JSX.Element {
  return (
    <ul class="statechart-list">
      {props.states.map(({ id, name, states }) => (
        <li key={id} aria-current={props.active.has(id) ? 'step' : undefined}>
          <span>
            {props.active.has(id) ? '▶ ' : ''}
            {name}
          </span>
          {states.length > 0 && <StateList states={states} active={props.active} />}
        </li>
      ))}
    </ul>
  );
}
