import test from 'ava';
import type { Page } from 'playwright-core';
import { run } from 'tintype';
import { inBrowser } from '../helpers/chromium.ts';
import { deferred } from '../helpers/deferred.ts';
import { InspectedPages, keepScreenshot, panelOf, taskIn } from '../helpers/inspected-page.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const pages = new InspectedPages(test);
const boom = new Error('boom', { cause: new TypeError('deep down') });
const forever = () => new Promise<undefined>(() => {});

inBrowser('each state of a task is shown as it comes', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  const first = deferred();
  const flaky = [deferred(), deferred()];
  const outcomes = [...flaky];
  const last = deferred();
  const job = run(
    [
      { name: 'first', run: () => first.promise },
      { name: 'flaky', run: () => outcomes.shift()!.promise, backoff: 300_000, maxRetries: 1 },
      { name: 'queued', run: forever },
      { name: 'optional', dependencies: ['first'], run: () => last.promise, continueOnFailure: true, maxRetries: 0 },
      { name: 'after', dependencies: ['first', 'flaky'], run: forever },
    ],
    { inspect: inspector.inspect, id: 'states', maxConcurrency: 2 },
  );
  await taskIn(page, 'first', 'running').waitFor();
  await taskIn(page, 'queued', 'ready').waitFor();
  await taskIn(page, 'after', 'unscheduled').waitFor();
  flaky[0]!.reject(boom);
  await taskIn(page, 'flaky', 'backing off').waitFor();
  await taskIn(page, 'queued', 'running').waitFor();
  first.resolve(undefined);
  await taskIn(page, 'first', 'completed').waitFor();
  await taskIn(page, 'optional', 'running').waitFor();
  last.reject(boom);
  await taskIn(page, 'optional', 'failed').waitFor();
  t.regex((await taskIn(page, 'optional').getAttribute('class'))!, /\boptional\b/);
  await jobItem(page, 'states').getByText('2/5 tasks').waitFor();
  job.cancel('enough');
  await taskIn(page, 'queued', 'cancelled').waitFor();
  await taskIn(page, 'after', 'skipped').waitFor();
  await page.getByText('Reason:').waitFor();
  await page.locator('.end').getByText('enough').waitFor();
  t.is(await page.getByRole('option').count(), 5);
  await keepScreenshot(page, 'states');
});

inBrowser(
  'a task that is clicked tells why it is as it is, its attempts, errors, statechart, events and context',
  async (t) => {
    const { inspector, page } = await pages.inspect(t);
    const clock = new SteppedClock();
    const first = deferred();
    const outcomes = [() => first.promise, forever];
    const job = run(
      [
        { name: 'slow', run: forever },
        { name: 'bad', run: () => outcomes.shift()!(), timeout: 30, maxRetries: 1, backoff: 0 },
        { name: 'after', dependencies: ['bad', 'slow'], run: forever },
      ],
      { inspect: inspector.inspect, clock },
    );
    await taskIn(page, 'after', 'unscheduled').click();
    await panelOf(page, 'after').getByText('Waiting for').waitFor();
    first.reject(boom);
    await settle();
    await withTime(clock, job);
    await taskIn(page, 'bad', 'failed').click();
    const panel = panelOf(page, 'bad');
    await panel.getByText('Failed after 2 attempts (timed out).').waitFor();
    const rows = panel.getByRole('row');
    t.is(await rows.count(), 3);
    t.regex(await rows.nth(1).innerText(), /^1\s.*failed\s+Error: boom$/s);
    t.regex(await rows.nth(2).innerText(), /^2\s.*timed out\s+TaskTimedOutError: /s);
    t.regex(await panel.getByRole('region', { name: 'Error in attempt 2' }).innerText(), /TaskTimedOutError.*\n +at /s);
    await panel.getByRole('img', { name: 'Statechart of bad: failed' }).waitFor();
    const failure = panel.getByRole('listitem').filter({ hasText: 'attempt.failed' });
    t.is(await failure.count(), 2);
    await failure.last().locator('summary').click();
    t.regex(await panel.getByRole('region', { name: 'Data of attempt.failed' }).innerText(), /"reason": "exception"/);
    t.regex(await panel.getByRole('region', { name: 'Context' }).innerText(), /"attempt": 2/);
    t.regex((await taskIn(page, 'after').getAttribute('class'))!, /\bneighbour\b/);
    t.notRegex((await taskIn(page, 'slow').getAttribute('class'))!, /\bneighbour\b/);
    await panelOf(page, 'bad').getByRole('button', { name: 'Close' }).click();
    await panel.waitFor({ state: 'detached' });
  },
);

inBrowser('the first attempt shows the cause of its error', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  await run([{ name: 'bad', run: () => Promise.reject(boom), maxRetries: 0 }], { inspect: inspector.inspect });
  await taskIn(page, 'bad', 'failed').click();
  const text = await panelOf(page, 'bad').getByRole('region', { name: 'Error in attempt 1' }).innerText();
  t.regex(text, /^Error: boom\n +at .*\n\nCaused by: TypeError: deep down\n +at /s);
});

inBrowser('edges, conditions, joins and skipped branches are shown, and why a task was skipped', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  await run(
    [
      { name: 'risk', run: () => ({ route: 'auto' }) },
      { name: 'garnish', continueOnFailure: true, maxRetries: 0, run: () => Promise.reject(boom) },
      { name: 'review', dependencies: ['risk'], when: { risk: { route: 'manual' } }, run: () => undefined },
      { name: 'approve', dependencies: ['risk'], when: { risk: { route: ['auto', 'none'] } }, run: () => undefined },
      { name: 'letter', dependencies: ['review'], run: () => undefined },
      {
        name: 'ship',
        dependencies: ['risk', { settled: 'garnish' }, { anyOf: ['review', 'approve'] }],
        when: () => true,
        run: () => undefined,
      },
      {
        name: 'undecided',
        dependencies: ['approve'],
        continueOnFailure: true,
        when: () => Promise.reject(boom) as never,
        run: () => undefined,
      },
    ],
    { inspect: inspector.inspect },
  );
  await taskIn(page, 'ship', 'completed').waitFor();
  await keepScreenshot(page, 'branches');
  t.is(await taskIn(page, 'review', 'skipped').locator('.condition').innerHTML(), 'when risk.route is manual');
  t.is(await taskIn(page, 'ship').locator('.condition').innerHTML(), 'when');
  t.is(await taskIn(page, 'risk').locator('.condition').count(), 0);
  t.regex(
    (await taskIn(page, 'ship').getAttribute('aria-label'))!,
    /^ship: completed.*\. when\. Depends on risk\. Waits for the end of garnish\. Needs one of review, approve$/,
  );
  const linesIn = async (look: string) =>
    ((await page.locator(`.edges.${look} .lines`).getAttribute('d')) ?? '').split('M').length - 1;
  t.deepEqual(
    await Promise.all(['plain:not(.dim):not(.settled)', 'plain.settled:not(.dim)', 'plain.dim:not(.settled)'].map(linesIn)),
    [4, 1, 3],
  );
  t.is(await page.locator('.join:not(.dim)').count(), 1);
  await taskIn(page, 'letter', 'skipped').click();
  t.regex(await panelOf(page, 'letter').innerText(), /Skipped: review was skipped\./);
  await taskIn(page, 'review').click();
  t.regex(
    await panelOf(page, 'review').innerText(),
    /Skipped: its condition does not hold\.\s+Depends on risk\s+Runs only when risk\.route is manual\./,
  );
  await keepScreenshot(page, 'branches-panel');
  await taskIn(page, 'undecided', 'failed').click();
  const failure = panelOf(page, 'undecided').getByRole('region', { name: 'Error of its condition' });
  t.regex(await failure.innerText(), /^InvalidConditionError: /);
  t.is(await panelOf(page, 'undecided').getByRole('table').count(), 0);
});

inBrowser('the job has a statechart and events of its own, and a timeline', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  await run([{ name: 'a', run: () => undefined }], { inspect: inspector.inspect, id: 'mine' });
  await page.getByRole('tab', { name: 'Job' }).click();
  await page.getByRole('img', { name: 'Statechart of mine: completed' }).waitFor();
  await page.getByRole('listitem').filter({ hasText: 'task.settled' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.locator('[role=tab][aria-selected=true]').getByText('Timeline').waitFor();
  t.regex(await page.getByRole('tabpanel').innerText(), /\ba\b/);
});

inBrowser('tasks are found by name', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  await run(
    ['build-lib', 'build-docs', 'test'].map((name) => ({ name, run: () => undefined })),
    { inspect: inspector.inspect },
  );
  await taskIn(page, 'test').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('BUILD');
  await page.getByText('2 matches').waitFor();
  t.regex((await taskIn(page, 'test').getAttribute('class'))!, /\bdimmed\b/);
  t.notRegex((await taskIn(page, 'build-lib').getAttribute('class'))!, /\bdimmed\b/);
  for (const name of ['build-lib', 'build-docs', 'build-lib']) {
    await page.keyboard.press('Enter');
    await panelOf(page, name).waitFor();
  }
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelectorAll('.dimmed').length === 0);
  t.is(await page.getByRole('searchbox').inputValue(), '');
});

inBrowser('all of the graph is reached with keys', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  await run(
    [
      { name: 'left', run: () => undefined },
      { name: 'right', run: () => undefined },
      { name: 'below', dependencies: ['right'], run: () => undefined },
    ],
    { inspect: inspector.inspect },
  );
  await taskIn(page, 'below', 'completed').waitFor();
  const graph = page.getByRole('listbox');
  for (let presses = 0; !(await graph.evaluate((element) => element === document.activeElement)); presses += 1) {
    await page.keyboard.press('Tab');
    if (presses > 20) return t.fail('Tab does not lead to the graph');
  }
  for (const [key, name] of [
    ['ArrowRight', 'right'],
    ['ArrowDown', 'below'],
    ['ArrowUp', 'right'],
    ['ArrowLeft', 'left'],
  ] as const) {
    await page.keyboard.press(key);
    await page.locator(`[role=listbox][aria-activedescendant="${await taskIn(page, name).getAttribute('id')}"]`).waitFor();
  }
  await page.keyboard.press('Enter');
  await panelOf(page, 'left').waitFor();
  await page.keyboard.press('Escape');
  await panelOf(page, 'left').waitFor({ state: 'detached' });
  const before = await scaleOf(page);
  await page.keyboard.press('-');
  await page.waitForFunction((scale) => document.querySelector('.drawing > g')?.getAttribute('transform') !== scale, before);
  await page.keyboard.press('0');
  await page.waitForFunction((scale) => document.querySelector('.drawing > g')?.getAttribute('transform') === scale, before);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'hidden' });
  t.pass();
});

inBrowser('the graph is dragged and zoomed with a pointer, and a drag selects nothing', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  await run([{ name: 'a', run: () => undefined }], { inspect: inspector.inspect });
  const task = taskIn(page, 'a', 'completed');
  const { x, y, width } = (await task.boundingBox())!;
  await page.mouse.move(x + 20, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + 120, y + 80, { steps: 4 });
  await page.mouse.up();
  const moved = (await task.boundingBox())!;
  t.deepEqual([Math.round(moved.x - x), Math.round(moved.y - y)], [100, 60]);
  t.is(await page.getByRole('complementary').count(), 0);
  await page.mouse.wheel(0, 400);
  await page.waitForFunction((before) => document.querySelector('.node')!.getBoundingClientRect().width < before, width);
});

inBrowser('who opens the page late sees all that happened, and the newest job', async (t) => {
  const { inspector } = await pages.inspect(t);
  for (const id of ['old', 'new']) {
    await run([{ name: `${id}-task`, run: () => undefined }], { inspect: inspector.inspect, id });
  }
  const late = await pages.open(t, inspector.url);
  await taskIn(late, 'new-task', 'completed').waitFor();
  t.deepEqual(await late.locator('.jobs .job-name').allInnerTexts(), ['new', 'old']);
  await late.keyboard.press('j');
  await taskIn(late, 'old-task', 'completed').click();
  t.is(await panelOf(late, 'old-task').getByRole('row').count(), 2);
});

inBrowser('a job that comes later is looked at, unless somebody chose one', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  const start = async (id: string) =>
    run([{ name: `task of ${id}`, run: () => undefined }], { inspect: inspector.inspect, id });
  await start('one');
  await taskIn(page, 'task of one').waitFor();
  await start('two');
  await taskIn(page, 'task of two').waitFor();
  await jobItem(page, 'one').click();
  await taskIn(page, 'task of one').waitFor();
  await start('three');
  await jobItem(page, 'three').waitFor();
  t.is(await taskIn(page, 'task of one').count(), 1);
  await page.reload();
  await taskIn(page, 'task of one').waitFor();
});

inBrowser('what is shown stays when the process closes the inspector', async (t) => {
  const { inspector, page } = await pages.inspect(t, { allowControl: true });
  const job = run([{ name: 'a', run: forever }], { inspect: inspector.inspect });
  await taskIn(page, 'a', 'running').waitFor();
  await page.getByRole('button', { name: 'Cancel job' }).waitFor();
  await inspector.stop();
  await page.getByText('Disconnected: the process exited or stopped the inspector. This is its last known state.').waitFor();
  t.true(await taskIn(page, 'a', 'running').isVisible());
  t.is(await page.getByRole('button', { name: 'Cancel job' }).count(), 0);
  job.cancel();
});

const jobItem = (page: Page, id: string) =>
  page.getByRole('navigation', { name: 'Jobs' }).getByRole('button').filter({ hasText: id });

const scaleOf = (page: Page) => page.locator('.drawing > g').getAttribute('transform');
