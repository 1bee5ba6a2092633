import { Component } from 'preact';
import { lookOf } from '../model/looks.ts';
import { FONTS, fittedText } from './fitted-text.ts';
import { NODE_HEIGHT, NODE_PADDING } from './layout.ts';

export interface TaskNodeProps {
  readonly id: string;
  readonly name: string;
  /** The name, shortened to fit. */
  readonly label: string;
  readonly state: string;
  /** For example, how long it took. */
  readonly note: string;
  readonly description: string;
  readonly isOptional: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Its relation to the selected task, or to the search. */
  readonly role: 'selected' | 'neighbour' | 'other' | 'dimmed';
  readonly isCursor: boolean;
  readonly onSelect: (name: string) => void;
}

/** A task in the graph; it is rerendered only after a change. */
export class TaskNode extends Component<TaskNodeProps> {
  override shouldComponentUpdate(next: TaskNodeProps): boolean {
    return (Object.keys(next) as (keyof TaskNodeProps)[]).some((key) => next[key] !== this.props[key]);
  }

  override render() {
    const { id, name, label, state, note, description, isOptional, x, y, width, role, isCursor, onSelect } = this.props;
    const { sign, word, colour } = lookOf(state);
    const classes = ['node', role, isOptional && 'optional', isCursor && 'cursor'].filter(Boolean).join(' ');
    return (
      <g
        id={id}
        role="option"
        aria-selected={role === 'selected'}
        aria-label={`${name}: ${word}${note === '' ? '' : `, ${note}`}. ${description}`}
        class={classes}
        data-state={colour}
        data-task={name}
        transform={`translate(${x} ${y})`}
        onClick={() => onSelect(name)}
      >
        <title>{name}</title>
        <rect width={width} height={NODE_HEIGHT} rx="7" />
        <text class="name" x={NODE_PADDING} y="18">
          {label}
        </text>
        <text class="state" x={NODE_PADDING} y="35">
          {fittedText(note === '' ? `${sign} ${word}` : `${sign} ${word} · ${note}`, width - 2 * NODE_PADDING, FONTS.state)}
        </text>
        <text class="far-sign" x={width / 2} y={NODE_HEIGHT / 2 + 12}>
          {sign}
        </text>
      </g>
    );
  }
}
