import { describeValue, isReadableObject, quote, quoteAny } from '../values/describe-value.ts';
import { InvalidArgumentError } from '../values/invalid-argument-error.ts';
import type { TaskDefinition, TaskExecution } from '../workflow/task-definition.ts';
import type { ContextOfDefined, TaskShape } from '../workflow/types/context-types.ts';
import type { LooseContext, NoKeys } from '../workflow/types/loose-context.ts';
import type { TaskNames } from '../workflow/types/workflow-context.ts';
import { validateTasks } from '../workflow/validate-tasks.ts';
import { type AnyWorkflow, isWorkflow, taskDefinitions, type Workflow, workflow } from '../workflow/workflow.ts';
import type { Stub } from './stubs.ts';

/** Stubs for some tasks of a workflow, by task name. */
export type Stubs<W extends AnyWorkflow> = {
  readonly [Name in TaskNames<W>]?: Stub<StubContext<W, Name>, StubOutput<W, Name>> | undefined;
};

/** The context of a task. */
type StubContext<W extends AnyWorkflow, Name extends string> =
  W extends Workflow<infer Initial, infer Tasks, infer _Name>
    ? ContextOfDefined<Initial, Tasks, Named<Tasks, Name>>
    : LooseContext;

/** What a task can return. */
type StubOutput<W extends AnyWorkflow, Name extends string> =
  W extends Workflow<infer _Initial, infer Tasks, infer _Name> ? OrNothing<Named<Tasks, Name>> : unknown;

type Named<Tasks extends TaskShape, Name extends string> = Extract<Tasks, { readonly name: Name }>;

// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement has the type void
type OrNothing<Task extends TaskShape> = Task['output'] | (NoKeys extends Task['output'] ? undefined | void : never);

/** One call to a stub. */
export interface StubCall<Context = LooseContext> {
  /** A copy of the context at the time of the call. */
  readonly context: Context;
  readonly execution: TaskExecution;
}

const callsByWorkflow = new WeakMap<AnyWorkflow, ReadonlyMap<string, StubCall[]>>();

/**
 * Returns a workflow that runs stubs instead of the functions of some tasks. Everything else stays: names, dependencies, options, other tasks.
 * @throws {InvalidWorkflowError} if the workflow is invalid
 * @throws {InvalidArgumentError} if the workflow has no task with that name, or a stub is not a function
 * @example
 * const flow = stub(order, { charge: fails(2).then(returns({ receipt: 'r1' })) });
 * const result = await run(flow, { context: { amount: 5 }, clock: skippingClock() });
 * callsOf(flow, 'charge').length; // 3
 */
export function stub<W extends AnyWorkflow>(workflow: W, stubs: Stubs<W>): W {
  if (!isWorkflow(workflow)) {
    throw new InvalidArgumentError(`\`stub\` takes a workflow, got ${describeValue(workflow)}`);
  }
  if (!isReadableObject(stubs)) {
    throw new InvalidArgumentError(`\`stub\` takes an object of stubs by task name, got ${describeValue(stubs)}`);
  }
  validateTasks(workflow);
  const definitions = taskDefinitions(workflow);
  const chosen = new Map(Object.entries(stubs as Record<string, Stub>).filter(([, replacement]) => replacement !== undefined));
  checkStubs(chosen, workflow, definitions);
  const calls = new Map(callsByWorkflow.get(workflow));
  const stubbed = definitions.map((definition) => {
    const replacement = chosen.get(definition.name);
    if (replacement === undefined) {
      return definition;
    }
    const callsOfTask: StubCall[] = [];
    calls.set(definition.name, callsOfTask);
    return replaceRun(definition, replacement, callsOfTask);
  });
  const result = rebuild(workflow, stubbed);
  callsByWorkflow.set(result, calls);
  return result as W;
}

/**
 * Returns the calls to a stubbed task in order, from all jobs; the array grows with each call.
 * @throws {InvalidArgumentError} if the workflow was not returned by `stub`, or the task is not stubbed
 * @example
 * callsOf(flow, 'charge').map(({ context, execution }) => [context.amount, execution.attempt]);
 */
export function callsOf<W extends AnyWorkflow, Name extends TaskNames<W>>(
  stubbed: W,
  task: Name,
): readonly StubCall<StubContext<W, Name>>[] {
  const calls = callsByWorkflow.get(stubbed)?.get(task);
  if (calls === undefined) {
    throw new InvalidArgumentError(
      `\`callsOf\` takes a workflow returned by \`stub\` and a task stubbed there, got ${quoteAny(task)}`,
    );
  }
  return calls as unknown as readonly StubCall<StubContext<W, Name>>[];
}

function checkStubs(stubs: ReadonlyMap<string, unknown>, { name }: AnyWorkflow, definitions: readonly TaskDefinition[]): void {
  const tasks = definitions.map((definition) => definition.name);
  for (const [task, replacement] of stubs) {
    if (!tasks.includes(task)) {
      throw new InvalidArgumentError(
        `Workflow ${quote(name)} has no task ${quote(task)} to stub; its tasks are ${tasks.map(quote).join(', ')}`,
      );
    }
    if (typeof replacement !== 'function') {
      throw new InvalidArgumentError(
        `The stub of task ${quote(task)} must be a function, such as the one \`returns(value)\` returns, got ${describeValue(replacement)}`,
      );
    }
  }
}

/** Inherits all other options, so that their `this` still has what the task's own object has. */
function replaceRun(definition: TaskDefinition, replacement: Stub, calls: StubCall[]): TaskDefinition {
  const run: TaskDefinition['run'] = (context: LooseContext, execution) => {
    calls.push({ context: { ...context }, execution });
    return replacement(context, execution, async () => Reflect.apply(definition.run, definition, [context, execution]));
  };
  return Object.create(definition, { run: { value: run, enumerable: true } });
}

interface Builder {
  task(definition: TaskDefinition): Builder;
}

function rebuild({ name, version }: AnyWorkflow, definitions: readonly TaskDefinition[]): AnyWorkflow {
  const start = workflow(name, { version }) as unknown as Builder;
  return definitions.reduce((builder, definition) => builder.task(definition), start) as unknown as AnyWorkflow;
}
