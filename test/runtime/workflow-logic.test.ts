import test from 'ava';
import { InvalidWorkflowError, type JobEvent, workflow, workflowLogic } from 'tintype';
import { createActor, setup, toPromise } from 'xstate';
import { settle } from '../helpers/simulated-time.ts';

const greeting = workflow<{ who: string }>('greeting').task({ name: 'greet', run: ({ who }) => ({ text: `Hello ${who}` }) });

test('a workflow can be invoked in a machine: the input is the context, the output the result', async (t) => {
  const machine = setup({
    types: {} as { context: { text: string }; output: string },
    actors: { greet: workflowLogic(greeting) },
  }).createMachine({
    context: { text: '' },
    initial: 'greeting',
    states: {
      greeting: {
        invoke: {
          src: 'greet',
          input: { who: 'Ada' },
          onDone: { target: 'done', actions: ({ event }) => t.is(event.output.state, 'completed') },
        },
      },
      done: { type: 'final' },
    },
    output: ({ event }) => String(event.type),
  });
  await toPromise(createActor(machine).start());
  t.pass();
});

test('workflow logic outputs the result and emits the events of the job', async (t) => {
  const types: string[] = [];
  const actor = createActor(workflowLogic(greeting), { input: { who: 'Ada' } });
  actor.on('*', (event: JobEvent) => types.push(event.type));
  actor.start();
  const result = await toPromise(actor);
  t.like(result, { state: 'completed', context: { text: 'Hello Ada' } });
  t.deepEqual(types, ['job.running', 'task.ready', 'task.running', 'task.completed', 'job.completed']);
});

test('stopping the actor cancels the job', async (t) => {
  const reasons: unknown[] = [];
  const endless = workflow('endless').task({
    name: 'wait',
    run: (_, { signal }) =>
      new Promise<undefined>(() => {
        signal.addEventListener('abort', () => reasons.push(signal.reason.code));
      }),
  });
  const actor = createActor(workflowLogic(endless), { input: {} }).start();
  await settle();
  actor.stop();
  t.deepEqual(reasons, ['JOB_CANCELLED']);
});

test('an invalid workflow is refused before an actor is made of it', (t) => {
  const invalid = workflow('invalid').task({ name: '', run: () => {} });
  t.throws(() => workflowLogic(invalid), { instanceOf: InvalidWorkflowError });
  t.throws(() => workflowLogic(greeting, { timeout: 0 }), { instanceOf: InvalidWorkflowError });
});

test('the output survives JSON in a persisted snapshot, with its tasks', async (t) => {
  const actor = createActor(workflowLogic(greeting), { input: { who: 'Ada' } }).start();
  await toPromise(actor);
  const { output } = JSON.parse(JSON.stringify(actor.getPersistedSnapshot()));
  t.like(output, {
    state: 'completed',
    context: { text: 'Hello Ada' },
    tasks: [{ task: 'greet', state: 'completed', attempts: 1 }],
  });
});
