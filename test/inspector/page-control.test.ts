import test from 'ava';
import { run } from 'tintype';
import { assign, createActor, createMachine, fromPromise, setup } from 'xstate';
import { inBrowser } from '../helpers/chromium.ts';
import { deferred } from '../helpers/deferred.ts';
import { InspectedPages, keepScreenshot, taskIn } from '../helpers/inspected-page.ts';

const pages = new InspectedPages(test);
const forever = () => new Promise<undefined>(() => {});

inBrowser('a parent machine, a promise and a child machine that it invokes are a tree of actors', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  const loaded = deferred<string>();
  const child = createMachine({ id: 'door', initial: 'closed', states: { closed: { on: { OPEN: 'open' } }, open: {} } });
  const parent = createMachine({
    id: 'house',
    initial: 'loading',
    context: { rooms: 3 },
    states: {
      loading: {
        invoke: [
          { id: 'load', src: fromPromise(() => loaded.promise), onDone: 'ready' },
          { id: 'front', src: child },
        ],
      },
      ready: {},
    },
  });
  const actor = createActor(parent, { inspect: inspector.inspect, id: 'my-house' });
  actor.start();
  const tree = page.getByRole('navigation', { name: 'Actors' });
  await tree.getByRole('button').filter({ hasText: 'front' }).filter({ hasText: 'closed' }).waitFor();
  t.is(await tree.getByRole('button').count(), 3);
  await page.getByRole('img', { name: 'Statechart of my-house: loading' }).waitFor();
  loaded.resolve('all');
  await tree.getByRole('button').filter({ hasText: 'load' }).filter({ hasText: 'done' }).click();
  await page.getByRole('heading', { name: 'load', level: 1 }).waitFor();
  t.is(await page.getByRole('region', { name: 'Output' }).innerText(), 'all');
  await tree.getByRole('button').filter({ hasText: 'my-house' }).click();
  await page.getByRole('img', { name: 'Statechart of my-house: ready' }).waitFor();
  t.regex(await page.getByRole('region', { name: 'Context' }).innerText(), /"rooms": 3/);
  await page.getByRole('listitem').filter({ hasText: 'xstate.done.actor' }).waitFor();
  t.is(await page.getByRole('button', { name: 'Send event' }).count(), 0);
  await keepScreenshot(page, 'actors');
  actor.stop();
});

inBrowser('who may control cancels a job, with a reason', async (t) => {
  const { inspector, page } = await pages.inspect(t, { allowControl: true });
  const job = run([{ name: 'a', run: forever }], { inspect: inspector.inspect });
  await taskIn(page, 'a', 'running').waitFor();
  await page.getByRole('button', { name: 'Cancel job' }).click();
  await page.getByLabel('Reason').fill('too slow');
  await page.getByRole('button', { name: 'Yes, cancel' }).click();
  t.like(await job, { state: 'cancelled', reason: 'too slow' });
  await taskIn(page, 'a', 'cancelled').waitFor();
  t.is(await page.getByRole('button', { name: 'Cancel job' }).count(), 0);
});

inBrowser('who may control can think better of it', async (t) => {
  const { inspector, page } = await pages.inspect(t, { allowControl: true });
  const job = run([{ name: 'a', run: forever }], { inspect: inspector.inspect });
  await page.getByRole('button', { name: 'Cancel job' }).click();
  await page.getByRole('button', { name: 'Keep running' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  t.is(job.snapshot().state, 'running');
  job.cancel();
});

inBrowser('who may control sends events to other actors', async (t) => {
  const { inspector, page } = await pages.inspect(t, { allowControl: true });
  const machine = setup({ types: {} as { context: { sum: number }; events: { type: 'ADD'; by: number } } }).createMachine({
    context: { sum: 0 },
    on: { ADD: { actions: assign({ sum: ({ context, event }) => context.sum + event.by }) } },
  });
  const actor = createActor(machine, { inspect: inspector.inspect });
  actor.start();
  const field = page.getByLabel('Event (JSON)');
  await field.fill('no event');
  await page.getByRole('button', { name: 'Send event' }).click();
  await page.getByText('An event must be a JSON object').waitFor();
  await field.fill('{ "type": "ADD", "by": 5 }');
  await page.getByRole('button', { name: 'Send event' }).click();
  await page.getByRole('region', { name: 'Context' }).getByText('"sum": 5').waitFor();
  t.is(actor.getSnapshot().context.sum, 5);
});

inBrowser('who may only watch has nothing to control with', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  const job = run([{ name: 'a', run: forever }], { inspect: inspector.inspect });
  await taskIn(page, 'a', 'running').waitFor();
  t.is(await page.getByRole('button', { name: /cancel|send/i }).count(), 0);
  job.cancel();
});
