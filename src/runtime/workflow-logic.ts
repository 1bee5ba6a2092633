import type { PromiseActorLogic } from 'xstate';
import type { JobEvent } from '../machines/events.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import type { LooseContext, NoKeys } from '../workflow/types/loose-context.ts';
import type { InitialContext, NameOf, TaskNames, WorkflowContext } from '../workflow/types/workflow-context.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';
import { loadXState } from '../xstate/load-xstate.ts';
import type { Job } from './job.ts';
import type { JobResult } from './job-result.ts';
import { type PreparedJob, prepare, startJob } from './run.ts';
import type { RunOptions } from './run-options.ts';

/** The initial context, optional if it has no required key. */
type LogicInput<W extends AnyWorkflow> = NoKeys extends InitialContext<W> ? InitialContext<W> | undefined : InitialContext<W>;

/**
 * Turns a workflow into XState actor logic that your machine can invoke or spawn. The input is the initial context. The output is the result of
 * the job, and the actor is `done` however the job ends. The actor emits the events of the job; stopping it cancels the job. XState drops
 * events after an actor is stopped, so a machine that stops it in response to an event doesn't see the cancellation.
 * In a snapshot that went through JSON, the `tasks` of the output are an array of reports, and errors are what JSON makes of them.
 * The job is a separate actor system: if your machine has a `clock` or an `inspect`, pass them as options.
 * @throws {InvalidWorkflowError} if tasks or options are invalid
 * @example
 * const machine = setup({ actors: { greet: workflowLogic(greeting, { timeout: 1000 }) } }).createMachine({
 *   initial: 'greeting',
 *   states: { greeting: { invoke: { src: 'greet', input: { who: 'Ada' }, onDone: 'done', onError: 'done' } }, done: {} },
 * });
 */
export function workflowLogic<W extends AnyWorkflow>(
  workflow: W,
  options: RunOptions = {},
): PromiseActorLogic<JobResult<WorkflowContext<W>, TaskNames<W>, NameOf<W>>, LogicInput<W>, JobEvent> {
  return makeLogic(workflow, options, startJob);
}

/** Creates the logic; `start` starts its jobs. */
export function makeLogic<W extends AnyWorkflow>(
  workflow: W,
  options: RunOptions,
  start: (prepared: PreparedJob) => Job<LooseContext>,
): ReturnType<typeof workflowLogic<W>> {
  const { settings, ...prepared } = prepare(workflow, options);
  if ('context' in options && options.context !== undefined) {
    const message = 'There is no option `context` here: the initial context is the input of the actor';
    throw new InvalidWorkflowError([{ code: 'unknownOption', option: 'context', message }]);
  }
  return loadXState().fromPromise(async ({ input, signal, emit }) => {
    const { context } = prepare([], { context: input }).settings;
    const job = start({ ...prepared, settings: { ...settings, context } }) as Job<WorkflowContext<W>, TaskNames<W>, NameOf<W>>;
    job.on('*', emit);
    signal.addEventListener('abort', () => job.cancel('the actor was stopped'), { once: true });
    return job;
  });
}
