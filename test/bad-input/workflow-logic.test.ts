import test from 'ava';
import { type InvalidWorkflowError, type JobResult, type RunOptions, workflow, workflowLogic } from 'tintype';
import { createActor } from 'xstate';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { changing, forever, nothing, revoked, spring, thenable, throwing } from '../helpers/bad-input-values.ts';

watchForHarm(test);

const flow = workflow('flow').task({ name: 'a', run: () => ({ a: 1 }) });

/** Runs the logic as an actor, and gives the result of the job, or the error of the actor. */
function act(options: RunOptions, input?: unknown): Promise<JobResult | { readonly error: unknown }> {
  const actor = createActor(workflowLogic(flow, options), { input: input as object });
  return new Promise((resolve) => {
    actor.subscribe({ complete: () => resolve(actor.getSnapshot().output as JobResult), error: (error) => resolve({ error }) });
    actor.start();
  });
}

for (const [title, input, got] of [
  ['null', null, 'null'],
  ['a number', 5, '5'],
  ['an array', [], 'an array'],
  ['a Date', new Date(0), 'an instance of Date'],
  ['an object with a function `then`', thenable(nothing), 'an object'],
] as const) {
  test(`an input that is ${title} is an error of the actor, and no task is called`, async (t) => {
    const outcome = await act({ executor: () => t.fail() }, input);
    const error = 'error' in outcome ? (outcome.error as InvalidWorkflowError) : undefined;
    t.like(error, {
      code: 'INVALID_WORKFLOW',
      message: `The job: \`context\` must be a plain object without a function \`then\`, got ${got}`,
    });
  });
}

for (const [title, input] of [
  ['a revoked proxy', revoked()],
  ['an object that throws when it is read', throwing('key')],
] as const) {
  test(`an input that is ${title} is an error of the actor`, async (t) => {
    const outcome = await act({}, input);
    t.like('error' in outcome && outcome.error, { code: 'INVALID_WORKFLOW' });
  });
}

test('no input is an empty context', async (t) => {
  t.like(await act({}), { state: 'completed', context: { a: 1 } });
});

test('an input with an own `__proto__` touches no prototype', async (t) => {
  const outcome = (await act({}, JSON.parse('{ "__proto__": { "polluted": 1 } }'))) as JobResult;
  t.is(JSON.stringify(outcome.context), '{"__proto__":{"polluted":1},"a":1}');
});

test('a job that fails is the output of the actor, not its error', async (t) => {
  t.like(await act({ executor: spring, maxRetries: 0 }), { state: 'failed', failure: { task: 'a' } });
});

test('stopping the actor twice cancels the job once', async (t) => {
  const types: string[] = [];
  const logic = workflowLogic(flow, { executor: forever, onEvent: ({ type }) => types.push(type) });
  const actor = createActor(logic, { input: {} });
  actor.start();
  await Promise.resolve();
  actor.stop();
  actor.stop();
  await new Promise((resolve) => setImmediate(resolve));
  t.is(types.filter((type) => type === 'job.cancelled').length, 1);
  t.is(types.at(-1), 'job.cancelled');
});

test('a `context` in the options is refused: it comes as the input', (t) => {
  t.throws(() => workflowLogic(flow, { context: { a: 1 } } as RunOptions), {
    code: 'INVALID_WORKFLOW',
    message: 'There is no option `context` here: the initial context is the input of the actor',
  });
});

test('an option that the options inherit counts, as it does for `run`', async (t) => {
  let calls = 0;
  const executor = () => {
    calls += 1;
    return {};
  };
  await act(Object.create({ executor }));
  t.is(calls, 1);
});

test('an option is read when the logic is made, and not again', async (t) => {
  const { object, reads } = changing('maxRetries', 0, 'bad');
  t.like(await act(object), { state: 'completed' });
  t.is(reads(), 1);
});

test('what happens to the options after the logic was made is not seen', async (t) => {
  const options = { maxRetries: 0 };
  const logic = workflowLogic(flow, options);
  options.maxRetries = -1;
  const actor = createActor(logic, { input: {} });
  const error = await new Promise((resolve) => {
    actor.subscribe({ complete: () => resolve(undefined), error: resolve });
    actor.start();
  });
  t.is(error, undefined);
});
