import type { Why } from '../model/why.ts';
import type { LayoutNode } from './layout.ts';

/** A task in the graph. */
export interface GraphTask extends LayoutNode {
  readonly state: string;
  readonly note: string;
  readonly isOptional: boolean;
  readonly isFinally: boolean;
  /** Whether it can be undone. */
  readonly hasUndo: boolean;
  /** Such as `when risk.route is manual`. */
  readonly condition: string | undefined;
  readonly requirements: readonly Why[];
}
