import { Component } from 'preact';
import { lookOf } from '../model/looks.ts';
import { FONTS, fittedText } from './fitted-text.ts';
import { NODE_HEIGHT, NODE_PADDING } from './layout.ts';

/** How much higher nodes are if one has a condition. */
export const CONDITION_HEIGHT = 17;
/** The room that the mark of a task takes that can be undone. */
export const MARK_WIDTH = 18;

export interface TaskNodeProps {
  readonly id: string;
  readonly name: string;
  /** The name, shortened to fit. */
  readonly label: string;
  /** The condition, shortened to fit; undefined if there is none. */
  readonly condition: string | undefined;
  readonly state: string;
  /** For example, how long it took. */
  readonly note: string;
  readonly description: string;
  readonly isOptional: boolean;
  /** Whether it can be undone. */
  readonly hasUndo: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
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
    const { id, name, label, condition, state, note, description, isOptional, hasUndo, x, y, width, height } = this.props;
    const { role, isCursor, onSelect } = this.props;
    // The lines are in the middle.
    const top = (height - NODE_HEIGHT - (condition === undefined ? 0 : CONDITION_HEIGHT)) / 2;
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
        <title>{hasUndo ? `${name} (can be undone)` : name}</title>
        <rect width={width} height={height} rx="7" />
        <text class="name" x={NODE_PADDING} y={top + 18}>
          {label}
        </text>
        {hasUndo && (
          <text class="mark" x={width - NODE_PADDING} y={top + 18}>
            ↶
          </text>
        )}
        <text class="state" x={NODE_PADDING} y={height - top - 9}>
          {fittedText(note === '' ? `${sign} ${word}` : `${sign} ${word} · ${note}`, width - 2 * NODE_PADDING, FONTS.state)}
        </text>
        {condition !== undefined && (
          <>
            {/* Separates the texts for those who can't see them. */ ' '}
            <text class="condition" x={NODE_PADDING} y={top + 35}>
              {condition}
            </text>
          </>
        )}
        <text class="far-sign" x={width / 2} y={height / 2 + 12}>
          {sign}
        </text>
      </g>
    );
  }
}
