import { TintypeError } from '../values/tintype-error.ts';
import type { WorkflowProblem } from './workflow-problem.ts';

const SHOWN = 20;

function summarise(problems: readonly WorkflowProblem[]): string {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) {
    return first.message;
  }
  const lines = problems.slice(0, SHOWN).map((problem) => `- ${problem.message}`);
  if (problems.length > SHOWN) {
    lines.push(`- and ${problems.length - SHOWN} more, in \`problems\``);
  }
  return `${problems.length} problems:\n${lines.join('\n')}`;
}

/** Thrown before anything starts. It lists every problem with the tasks and options. */
export class InvalidWorkflowError extends TintypeError {
  readonly code = 'INVALID_WORKFLOW';
  readonly problems: readonly WorkflowProblem[];

  constructor(problems: readonly WorkflowProblem[]) {
    super('InvalidWorkflowError', summarise(problems));
    this.problems = problems;
  }
}
