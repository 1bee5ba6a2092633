import { once } from 'node:events';
import test from 'ava';
import { run, workflow } from 'tintype';
import { inThread } from 'tintype/worker-threads';
import { threadsFor } from './at-work.ts';
import type * as hostile from './hostile.ts';
import { FORGED, type Forged, POISONS, type Poison } from './hostile.ts';

const module = new URL('./hostile.ts', import.meta.url);

const where = workflow('where').task({ name: 'where', run: inThread<typeof hostile.where>({ module, export: 'where' }) });

for (const forged of FORGED) {
  test(`a forged answer fails the attempt, and the next one gets a fresh thread: ${forged}`, async (t) => {
    const { executor } = threadsFor(t);
    const errors: unknown[] = [];
    const flow = workflow<{ forged: Forged }>('forging').task({
      name: 'forge',
      maxRetries: 1,
      run: inThread<typeof hostile.forge>({ module, export: 'forge' }),
    });
    const job = run(flow, { executor, context: { forged }, backoff: 0 });
    job.on('*', (event) => void ('error' in event && errors.push(event.error)));
    t.like(await job, { state: 'completed', context: { attempt: 2 } });
    t.like(errors[0], { code: 'WORKER_CRASHED' });
    t.regex((errors[0] as Error).message, /it sent an invalid answer/);
  });
}

test('other messages are ignored, however much they look like answers', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow('chatter').task({ name: 'a', run: inThread<typeof hostile.chatter>({ module, export: 'chatter' }) });
  const { thread } = await run(flow, { executor }).unwrap();
  t.is((await run(where, { executor }).unwrap()).thread, thread);
});

test('the first answer counts, and the second is ignored', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow('twice').task({
    name: 'a',
    run: inThread<typeof hostile.answerTwice>({ module, export: 'answerTwice' }),
  });
  t.is((await run(flow, { executor }).unwrap()).answer, 'first');
  t.is((await run(where, { executor })).state, 'completed');
});

test('a flood of messages ends the thread', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow('flood').task({
    name: 'a',
    maxRetries: 1,
    run: inThread<typeof hostile.flood>({ module, export: 'flood' }),
  });
  t.like(await run(flow, { executor, backoff: 0 }), { context: { attempt: 2 } });
});

for (const poison of POISONS) {
  test(`a poisoned thread is replaced, and the next attempt notices nothing: ${poison}`, async (t) => {
    const { executor } = threadsFor(t);
    const flow = workflow<{ poison: Poison }>('poisoning').task({
      name: 'poison',
      run: inThread<typeof hostile.poison>({ module, export: 'poison' }),
    });
    const { poisoned } = await run(flow, { executor, context: { poison } }).unwrap();
    const { context, tasks } = await run(where, { executor });
    t.not(context.thread, poisoned);
    t.is(tasks.get('where')?.attempts, 1);
  });
}

test('a thread whose globals are broken fails one attempt', async (t) => {
  const { executor } = threadsFor(t);
  const flow = workflow('breaking').task({
    name: 'break',
    run: inThread<typeof hostile.breakGlobals>({ module, export: 'breakGlobals' }),
  });
  t.true((await run(flow, { executor }).unwrap()).broken);
  const result = await run(where, { executor, backoff: 0 });
  t.like(result, { state: 'completed' });
  t.is(result.tasks.get('where')?.attempts, 2);
});

test.serial('an idle thread that ends with something that is no error harms nobody', async (t) => {
  const { executor } = threadsFor(t);
  const keep = setInterval(() => {}, 1000);
  t.teardown(() => clearInterval(keep));
  const warned = once(process, 'warning');
  await run([{ name: 'a', run: inThread<typeof hostile.leaveNull>({ module, export: 'leaveNull' }) }], { executor });
  t.like(await warned, [{ message: 'A thread ended: null' }]);
  t.is((await run(where, { executor })).state, 'completed');
});
