import { conditionText, requirementText } from '../workflow/condition-text.ts';
import { requirementsOf } from '../workflow/requirements.ts';
import type { TaskSpec } from '../workflow/task-spec.ts';

/** An arrow from a task to one that depends on it, or to a join. */
export interface DrawnEdge {
  readonly from: string;
  /** Whether the task only has to settle. */
  readonly isDashed: boolean;
  /** What the condition of the dependent requires of the output, such as `when route is manual`. */
  readonly label: string | undefined;
  /** Whether nothing went this way. */
  readonly isDim: boolean;
}

/** Where a task waits for several others, one of which has to complete. */
export interface DrawnJoin {
  readonly edges: readonly DrawnEdge[];
  readonly isDim: boolean;
}

/** What a task depends on, as it is drawn. */
export interface DrawnEdges {
  readonly edges: readonly DrawnEdge[];
  readonly joins: readonly DrawnJoin[];
  /** The condition, or the part of it that no edge shows. */
  readonly condition: string | undefined;
}

export function drawEdges(task: TaskSpec, wasSkipped: (name: string) => boolean): DrawnEdges {
  const { name, dependencies, edges, when } = task;
  const { settled = [], anyOf = [] } = requirementsOf(task);
  const joined = new Set(anyOf.flat());
  const dashed = new Set(settled);
  const isDim = wasSkipped(name);
  const requirements = typeof when === 'object' ? when : [];
  const edgeFrom = (from: string): DrawnEdge => {
    const required = joined.has(from) ? [] : requirements.filter((one) => one.task === from);
    return {
      from,
      isDashed: dashed.has(from),
      label: required.length === 0 ? undefined : `when ${required.map(requirementText).join(' and ')}`,
      isDim: isDim || wasSkipped(from),
    };
  };
  const rest = requirements.filter((one) => joined.has(one.task));
  const isOnEdges = requirements.length > 0 && rest.length === 0;
  return {
    edges: (edges === undefined ? dependencies : dependencies.filter((one) => !joined.has(one))).map(edgeFrom),
    joins: anyOf.map((names) => ({ edges: names.map(edgeFrom), isDim: isDim || names.every(wasSkipped) })),
    condition: when === undefined || isOnEdges ? undefined : conditionText(typeof when === 'function' ? when : rest),
  };
}
