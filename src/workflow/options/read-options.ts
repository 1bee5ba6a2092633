import { describeValue, isReadableObject } from '../../values/describe-value.ts';
import { InvalidWorkflowError } from '../invalid-workflow-error.ts';
import type { WorkflowProblem } from '../workflow-problem.ts';
import { checkOptions, type OptionProblem, type OptionSchemas } from './check-options.ts';

/**
 * Reads the options of a function, each once.
 * @param found Problems found earlier.
 * @throws {InvalidWorkflowError} with all problems
 */
export function readOptions(
  source: unknown,
  schemas: OptionSchemas,
  subject: string,
  prefix = '',
  found: readonly WorkflowProblem[] = [],
): Record<string, unknown> {
  const problems = [...found];
  let options = {};
  if (isReadableObject(source)) {
    options = checkOptions(
      source,
      schemas,
      () => ({ subject }),
      (problem: OptionProblem) => problems.push(problem),
      prefix,
    );
  } else {
    const message = `${subject}: the options must be an object, got ${describeValue(source)}`;
    problems.push({ code: 'invalidOption', option: 'options', value: source, expected: 'an object', message });
  }
  if (problems.length > 0) {
    throw new InvalidWorkflowError(problems);
  }
  return options;
}
