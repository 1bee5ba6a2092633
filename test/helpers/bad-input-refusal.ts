import type { ExecutionContext } from 'ava';
import { InvalidWorkflowError, run, TintypeError, validateTasks, type WorkflowProblem, workflowLogic } from 'tintype';
import { settle } from './simulated-time.ts';

/** Functions that tell when something has started. */
export interface Spies {
  readonly run: () => undefined;
  readonly onEvent: () => void;
}

type MakeArguments = (spies: Spies) => readonly [tasks: unknown, options?: unknown];

/** Checks that `run` throws exactly these problems, that the message tells all of them, and that nothing has started. */
export async function refuses(t: ExecutionContext, make: MakeArguments, expected: readonly WorkflowProblem[]): Promise<void> {
  const calls: string[] = [];
  const spies: Spies = { run: () => void calls.push('run'), onEvent: () => void calls.push('event') };
  const [tasks, options] = make(spies);
  const attempts = [
    () => (run as (...given: unknown[]) => unknown)(tasks, options),
    () => workflowLogic(tasks as never, options as never),
    ...(options === undefined ? [() => validateTasks(tasks as never)] : []),
  ];
  for (const attempt of attempts) {
    const error = caught(attempt);
    if (!(error instanceof InvalidWorkflowError)) {
      t.fail(`what was thrown is no InvalidWorkflowError: ${error instanceof Error ? error.message : typeof error}`);
      return;
    }
    t.true(error instanceof TintypeError);
    t.is(error.name, 'InvalidWorkflowError');
    t.is(error.code, 'INVALID_WORKFLOW');
    t.deepEqual(error.problems.map(withoutValue), expected.map(withoutValue));
    for (const [index, problem] of expected.entries()) {
      t.true(
        Object.is(givenValue(error.problems[index]), givenValue(problem)),
        `the value of problem ${index} is the one given`,
      );
    }
    const messages = expected.map(({ message }) => message);
    const summary = `${messages.length} problems:\n${messages.map((message) => `- ${message}`).join('\n')}`;
    t.is(error.message, messages.length === 1 ? (messages[0] as string) : summary);
  }
  await settle();
  t.deepEqual(calls, [], 'nothing has started');
}

export function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

// A value can be hostile, so that it is compared by identity only.
const givenValue = (problem: WorkflowProblem | undefined) =>
  problem !== undefined && 'value' in problem ? problem.value : 'none';
const withoutValue = (problem: WorkflowProblem) => ('value' in problem ? { ...problem, value: 'compared apart' } : problem);

/** The problem of a bad option of task `a`, which is the first. */
export function badTaskOption(option: string, value: unknown, expected: string, got: string): WorkflowProblem {
  const message = `Task \`a\`: \`${option}\` must be ${expected}, got ${got}`;
  return { code: 'invalidOption', task: 'a', index: 0, option, value, expected, message };
}

/** The problem of a bad option of a task without a name, which is the first. */
export function badNamelessOption(option: string, value: unknown, expected: string, got: string): WorkflowProblem {
  const message = `The task at index 0: \`${option}\` must be ${expected}, got ${got}`;
  return { code: 'invalidOption', index: 0, option, value, expected, message };
}

/** The problem of a bad option of `run`. */
export function badJobOption(option: string, value: unknown, expected: string, got: string): WorkflowProblem {
  return { code: 'invalidOption', option, value, expected, message: `The job: \`${option}\` must be ${expected}, got ${got}` };
}

const TASK_OPTIONS = 'name, run, dependencies, when, timeout, maxRetries, backoff, retryIf, continueOnFailure';
const JOB_OPTIONS =
  'context, maxConcurrency, maxRetries, backoff, retryIf, onFailure, timeout, signal, onEvent, onListenerError, executor, inspect, clock, interpreter, id, store, lease';

const shownOption = (option: string) => (option === '' ? 'the empty string' : `\`${option}\``);

/** The problem of an unknown option of task `a`, which is the first. */
export function unknownTaskOption(option: string): WorkflowProblem {
  const message = `Task \`a\`: there is no option ${shownOption(option)}; the options are ${TASK_OPTIONS}`;
  return { code: 'unknownOption', task: 'a', index: 0, option, message };
}

/** The problem of an unknown option of `run`. */
export function unknownJobOption(option: string): WorkflowProblem {
  const message = `The job: there is no option ${shownOption(option)}; the options are ${JOB_OPTIONS}`;
  return { code: 'unknownOption', option, message };
}
