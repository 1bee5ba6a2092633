import test from 'ava';
import { run, type TaskDefinition } from 'tintype';
import { inspectJobs } from 'tintype-inspector';
import { inBrowser } from '../helpers/chromium.ts';
import { deferred } from '../helpers/deferred.ts';
import { InspectedPages, keepScreenshot, panelOf, taskIn } from '../helpers/inspected-page.ts';
import { seriousFaults } from '../helpers/serious-faults.ts';

const pages = new InspectedPages(test);
const nothing = () => {};
const fail = () => Promise.reject(new Error('declined'));

for (const [colorScheme, width, height] of [
  ['light', 1280, 800],
  ['dark', 390, 844],
] as const) {
  inBrowser(`a job that fails is undone and finishes, as the page shows: ${colorScheme}, ${width} pixels wide`, async (t) => {
    const inspector = await inspectJobs();
    t.teardown(() => inspector.stop());
    const [undoing, finishing] = [deferred(), deferred()];
    const tasks: TaskDefinition[] = [
      { name: 'quote', run: nothing, undo: nothing },
      { name: 'reserve', dependencies: ['quote'], run: nothing, undo: { run: fail, maxRetries: 1, backoff: 0 } },
      { name: 'charge', dependencies: ['reserve'], run: nothing, undo: () => undoing.promise },
      { name: 'ship', dependencies: ['charge'], maxRetries: 0, run: fail },
      { name: 'letter', finally: true, run: () => finishing.promise as Promise<undefined> },
      { name: 'archive', finally: true, dependencies: ['letter'], run: nothing },
    ];
    const job = run(tasks, { inspect: inspector.inspect, id: 'order' });
    const page = await pages.open(t, inspector.url, { colorScheme, bypassCSP: true, viewport: { width, height } });
    const look = async (name: string) => {
      t.deepEqual(await seriousFaults(page), []);
      await keepScreenshot(page, `undo-${name}-${colorScheme}-${width}`);
    };
    const labelOf = (name: string) => taskIn(page, name).getAttribute('aria-label');

    await taskIn(page, 'charge', 'undoing').waitFor();
    await page.getByRole('heading', { name: 'order' }).waitFor();
    await page.waitForFunction(() => document.title === 'order: undoing – tintype');
    t.is(await page.getByText('0/3 undone').count(), 1);
    t.is(await labelOf('letter'), 'letter: unscheduled. Runs after everything else');
    t.is(await labelOf('archive'), 'archive: unscheduled. Depends on letter');
    t.is(await labelOf('ship').then((label) => label?.endsWith('Depends on charge')), true);
    t.is(await labelOf('charge'), 'charge: undoing. Depends on reserve. Can be undone');
    const box = await page.locator('.finally rect').boundingBox();
    const letter = await taskIn(page, 'letter').locator('rect').boundingBox();
    const ship = await taskIn(page, 'ship').locator('rect').boundingBox();
    t.true(letter!.y > box!.y && letter!.y + letter!.height < box!.y + box!.height);
    t.true(ship!.y + ship!.height < box!.y);
    await look('undoing');
    await taskIn(page, 'quote').click();
    await panelOf(page, 'quote').getByText('To be undone after reserve').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    undoing.resolve(undefined);
    await taskIn(page, 'letter', 'running').waitFor();
    await page.waitForFunction(() => document.title === 'order: finishing – tintype');
    t.regex((await labelOf('charge')) ?? '', /^charge: undone, /);
    t.regex((await labelOf('reserve')) ?? '', /^reserve: undo failed, ×2 · /);
    t.regex((await labelOf('quote')) ?? '', /^quote: completed/);
    await look('finishing');
    await taskIn(page, 'reserve').click();
    const panel = panelOf(page, 'reserve');
    await panel.getByText('Its undo failed after 2 attempts.').waitFor();
    t.is(await panel.getByRole('region', { name: 'Undo attempts' }).getByRole('row').count(), 3);
    await panel.getByRole('img', { name: 'Statechart of undo reserve: failed' }).waitFor();
    await look('panel');
    await page.getByRole('button', { name: 'Close' }).click();
    await taskIn(page, 'quote').click();
    await panelOf(page, 'quote').getByText('Not undone: the undo of reserve failed.').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    finishing.resolve(undefined);
    await job;
    await page.waitForFunction(() => document.title === 'order: failed – tintype');
    await page.getByRole('tab', { name: 'Timeline' }).click();
    const row = page.getByRole('option', { name: /^reserve/ });
    await row.waitFor();
    t.regex((await row.textContent()) ?? '', /undo failed, 2 undo attempts/);
    t.true((await row.locator('.bar.undo.running').count()) > 0);
    await look('timeline');
  });
}
