import { mkdir } from 'node:fs/promises';
import test from 'ava';
import type { Browser, Page } from 'playwright-core';
import { jobMachine, taskMachine } from 'tintype/machines';
import { createMachine } from 'xstate';
import type { TimelineTask } from '../../inspector/src/page/timeline/timeline-task.ts';
import { inBrowser, launchChromium, PATIENCE } from '../helpers/chromium.ts';
import { executablePath } from '../helpers/launch-chromium.ts';
import { seriousFaults } from '../helpers/serious-faults.ts';
import { harness } from './harness.ts';
import { configText } from './machine-of-four.ts';
import { type Plan, simulatedSpans } from './simulated-spans.ts';

const SCREENSHOTS = 'coverage/screenshots';

let browser: Browser;
let html: string;

/** What the page gives the tests: it shows a component, and shows it anew with other properties. */
const CODE = `
  import { render } from 'preact';
  import { createMachine } from 'xstate';
  import { Statechart } from './statechart/statechart.tsx';
  import { Timeline } from './timeline/timeline.tsx';
  import './page.css';
  const page = document.getElementById('page');
  const machines = new Map();
  const machineOf = (config) => machines.get(config) ?? machines.set(config, createMachine(JSON.parse(config))).get(config);
  globalThis.selected = [];
  globalThis.showChart = (config, value, label) =>
    render(<Statechart machine={machineOf(config)} value={value} label={label} />, page);
  globalThis.showTimeline = (props) =>
    render(<Timeline {...props} onSelect={(name) => globalThis.selected.push(name)} />, page);
`;

test.before(async () => {
  if (executablePath) {
    await mkdir(SCREENSHOTS, { recursive: true });
    [browser, html] = await Promise.all([launchChromium(), harness(CODE)]);
  }
});
test.after.always(() => browser?.close());

interface Opened {
  readonly page: Page;
  readonly errors: string[];
}

async function open(colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1_100, height: 800 } });
  page.setDefaultTimeout(PATIENCE);
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('dialog', (dialog) => errors.push(dialog.message()));
  await page.setContent(html);
  return { page, errors };
}

const showChart = (page: Page, config: string, value: unknown, label = 'A machine') =>
  page.evaluate(`showChart(${JSON.stringify(config)}, ${JSON.stringify(value)}, ${JSON.stringify(label)})`);

const activeNames = (page: Page): Promise<string[]> => page.locator('.state.active > .name').allTextContents();

for (const scheme of ['light', 'dark'] as const) {
  for (const [name, machine, value] of [
    ['job', jobMachine, { running: 'timed' }],
    ['task', taskMachine, { running: 'untimed' }],
  ] as const) {
    inBrowser(`the machine of a ${name} is drawn, ${scheme}`, async (t) => {
      const { page, errors } = await open(scheme);
      await showChart(page, configText(machine), value, `The ${name}`);
      await page.getByRole('img', { name: `The ${name}: running › ${value.running}` }).waitFor();
      t.deepEqual(await activeNames(page), ['running', value.running]);
      t.deepEqual(await seriousFaults(page), []);
      await page.screenshot({ path: `${SCREENSHOTS}/statechart-${name}-${scheme}.png`, fullPage: true });
      t.deepEqual(errors, []);
    });
  }

  inBrowser(`a timeline is drawn, ${scheme}`, async (t) => {
    const { page, errors } = await open(scheme);
    await showTimeline(page, { ...small, query: '', selected: 'join' });
    await page.locator('.bar.waiting').first().waitFor();
    t.deepEqual(await seriousFaults(page), []);
    await page.screenshot({ path: `${SCREENSHOTS}/timeline-${scheme}.png` });
    t.deepEqual(errors, []);
  });
}

inBrowser('the marks move with the value, and nothing else does', async (t) => {
  const { page } = await open();
  const config = configText(taskMachine);
  await showChart(page, config, 'ready');
  await page.getByRole('img').waitFor();
  const places = () => page.locator('.state > rect').evaluateAll((all) => all.map((one) => one.outerHTML));
  const before = await places();
  t.deepEqual(await activeNames(page), ['ready']);
  t.is(await page.locator('.sign').count(), 1);
  await showChart(page, config, { running: 'timed' });
  t.deepEqual(await activeNames(page), ['running', 'timed']);
  t.is(await page.locator('.sign').count(), 2);
  t.deepEqual(await places(), before);
  t.is(await page.locator('.arrow.possible').count(), 5, 'the transitions of `running`');
  // The machine of another task is the same one, so that nobody waits for it to be drawn.
  await page.evaluate('globalThis.drawn = document.querySelector("svg")');
  await showChart(page, `${config} `, 'failed');
  t.true(await page.evaluate('drawn === document.querySelector("svg")'));
  t.deepEqual(await activeNames(page), ['failed']);
});

const wordy = createMachine({
  initial: 'outer',
  states: { outer: { initial: 'a', entry: ['measureTwice', 'cutOnce', 'sweepTheFloor'], states: { a: {} } } },
});

for (const [name, machine] of Object.entries({ job: jobMachine, task: taskMachine, wordy })) {
  inBrowser(`the texts of a chart fit into their boxes: ${name}`, async (t) => {
    const { page } = await open();
    await showChart(page, configText(machine), 'completed');
    await page.getByRole('img').waitFor();
    const overflowing = await page.locator('.state').evaluateAll((states) =>
      states.flatMap((state) => {
        const box = state.querySelector('rect')!.getBoundingClientRect();
        const texts = [...state.querySelectorAll(':scope > text')];
        return texts.filter((text) => text.getBoundingClientRect().right > box.right - 4).map((text) => text.textContent);
      }),
    );
    t.deepEqual(overflowing, []);
  });
}

const NASTY = '"\\N&amp;</script><img src=x onerror=alert(1)>\u0000';

inBrowser('nasty names of states and events are text', async (t) => {
  const { page, errors } = await open();
  const machine = createMachine({
    id: 'nasty',
    initial: 'a',
    states: { a: { on: { [NASTY]: '#there' } }, [NASTY]: { id: 'there' } },
  } as never);
  await showChart(page, configText(machine), NASTY, NASTY);
  await page.getByRole('img').waitFor();
  t.deepEqual(await activeNames(page), [NASTY.replace('\u0000', '␀')]);
  t.is(await page.locator('main img, main script, main b').count(), 0);
  t.deepEqual(errors, []);
});

inBrowser('a machine that can’t be drawn is a list', async (t) => {
  const { page } = await open();
  const states = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`s${index}`, {}]));
  await showChart(page, configText(createMachine({ initial: 's0', states })), 's3');
  t.is(await page.locator('[aria-current]').textContent(), '▶ s3');
  t.is(await page.locator('.statechart-list li').count(), 600);
});

inBrowser('a chart can be made larger, and be fitted again', async (t) => {
  const { page } = await open();
  await showChart(page, configText(jobMachine), 'completed');
  const width = async () => (await page.getByRole('img').boundingBox())!.width;
  const fitted = await width();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  t.true((await width()) > fitted);
  await page.getByRole('button', { name: 'Fit' }).click();
  t.is(await width(), fitted);
});

inBrowser('what a chart that is too large shows at first is the active state', async (t) => {
  const { page } = await open();
  await page.setViewportSize({ width: 320, height: 400 });
  await showChart(page, configText(jobMachine), 'failed');
  await page.getByRole('img').waitFor();
  const [outer, inner] = [
    await page.locator('.statechart-scroll').boundingBox(),
    await page.locator('.active rect').first().boundingBox(),
  ];
  t.true(inner!.x >= outer!.x && inner!.x + inner!.width <= outer!.x + outer!.width);
  t.true(inner!.y >= outer!.y && inner!.y + inner!.height <= outer!.y + outer!.height);
});

interface Shown {
  readonly tasks: readonly TimelineTask[];
  readonly from: number;
  readonly to: number | undefined;
  readonly now: number;
  readonly query?: string;
  readonly selected?: string;
}

const showTimeline = (page: Page, props: Shown) => page.evaluate(`showTimeline(${JSON.stringify({ query: '', ...props })})`);

const plan = (name: string, dependencies: readonly string[], attempts: readonly number[], backoff = 0): Plan => ({
  name,
  dependencies,
  attempts,
  backoff,
});

function jobOf(plans: readonly Plan[], slots: number, from: number): Shown & { readonly to: number } {
  const tasks = simulatedSpans(plans, slots, from);
  const to = Math.max(...tasks.flatMap(({ spans }) => spans.map((span) => span.to ?? 0)));
  return { tasks, from, to, now: to };
}

const small = jobOf(
  [
    plan('fetch prices', [], [400, 700], 300),
    plan('fetch customers', [], [900]),
    plan('fetch orders', [], [1_300]),
    plan(NASTY, [], [250, 90, 600], 150),
    plan('join', ['fetch prices', 'fetch orders', 'fetch customers'], [500]),
    plan('check', ['join'], [0]),
    plan('report', ['join'], [800]),
    plan('mail', ['report', 'check'], [120, 5, 300], 60),
  ],
  2,
  Date.UTC(2026, 3, 1, 12),
);

const nameIn = (row: string) => `${row} .timeline-name > span`;

inBrowser('a timeline has a row a task, with bars that tell what it did', async (t) => {
  const { page, errors } = await open();
  await showTimeline(page, small);
  t.deepEqual((await page.locator(nameIn('.timeline-row')).allTextContents()).slice(0, 4), [
    'fetch prices',
    'fetch customers',
    'fetch orders',
    NASTY,
  ]);
  const first = page.getByRole('option').first();
  t.deepEqual(await first.locator('.bar').evaluateAll((bars) => bars.map(({ className }) => className)), [
    'bar waiting',
    'bar running failed',
    'bar backingOff',
    'bar waiting',
    'bar running completed',
  ]);
  t.deepEqual(
    (await first.locator('.bar > span').allTextContents()).map((text) => text.trim()),
    ['✘\ufe0e', '2 ✔\ufe0e'],
  );
  t.regex((await first.locator('.bar').nth(1).getAttribute('title'))!, /^attempt 1: failed\n0 ms – 400 ms \(400 ms\)\n2026-/);
  const looks = await page.locator('.timeline-legend .bar').evaluateAll((bars) =>
    bars.map((bar) => {
      const { backgroundImage, backgroundColor, borderStyle, borderRadius } = getComputedStyle(bar);
      return [backgroundImage, backgroundColor, borderStyle, borderRadius].join();
    }),
  );
  t.is(new Set(looks).size, looks.length, 'each kind of bar looks different');
  t.is(await page.locator('main img').count(), 0);
  t.deepEqual(errors, []);
});

inBrowser('the critical path is marked, and can be all that is shown', async (t) => {
  const { page } = await open();
  await showTimeline(page, small);
  const marked = page.locator('.timeline-row:has(.critical)');
  const onPath = await marked.count();
  t.true(onPath > 1 && onPath < small.tasks.length);
  t.regex(
    await page.locator('.timeline-toolbar').innerText(),
    new RegExp(`critical path\\s+${onPath} tasks, 3.6\\d s \\(100%\\)`),
  );
  await page.getByRole('button', { name: 'Critical path only' }).click();
  t.is(await page.getByRole('option').count(), onPath);
  t.regex(await page.getByRole('option').last().innerText(), /mail\s*◆ \d+ ms, \d+%/);
});

inBrowser('the rows are one stop of the tab key, and have the arrow keys', async (t) => {
  const { page } = await open();
  await showTimeline(page, small);
  await page.getByRole('listbox').focus();
  const current = () =>
    page.evaluate<string>(
      'document.getElementById(document.activeElement.getAttribute("aria-activedescendant")).querySelector(".timeline-name > span").textContent',
    );
  t.is(await current(), 'fetch prices');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  t.is(await current(), 'fetch customers');
  t.not(await page.locator('.cursor').evaluate((row) => getComputedStyle(row).outlineStyle), 'none');
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  t.is(await current(), 'mail');
  await page.getByRole('option', { name: 'join' }).click();
  t.deepEqual(await page.evaluate('selected'), ['fetch customers', 'join']);
  await page.keyboard.press('Tab');
  t.false(await page.evaluate('document.activeElement.closest(".timeline-rows") !== null'));
});

inBrowser('a search dims the other rows', async (t) => {
  const { page } = await open();
  await showTimeline(page, { ...small, query: 'FETCH' });
  t.deepEqual(await page.locator(nameIn('.timeline-row:not(.dimmed)')).allTextContents(), [
    'fetch prices',
    'fetch customers',
    'fetch orders',
  ]);
  t.deepEqual(await seriousFaults(page), []);
});

inBrowser('what runs grows with the time', async (t) => {
  const { page } = await open();
  const done = {
    name: 'done',
    dependencies: [],
    state: 'completed',
    spans: [{ kind: 'running', from: 0, to: 10, attempt: 1 }],
  } as const;
  const running = {
    name: 'slow',
    dependencies: [],
    state: 'running',
    spans: [{ kind: 'running', from: 0, to: undefined, attempt: 1 }],
  } as const;
  const widths = () =>
    page.locator('.timeline-row .bar').evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
  const job = { tasks: [done, running], from: 0, to: undefined };
  await showTimeline(page, { ...job, now: 20 });
  const [before] = [await widths()];
  await showTimeline(page, { ...job, now: 40 });
  const after = await widths();
  t.true(Math.abs(before[0]! / before[1]! - 0.5) < 0.01);
  t.true(Math.abs(after[0]! / after[1]! - 0.25) < 0.01);
});

inBrowser('one can look closer, with buttons and with the wheel, and what is pointed at stays', async (t) => {
  const { page } = await open();
  await showTimeline(page, small);
  const bar = page.getByRole('option', { name: 'join' }).locator('.bar.completed');
  const before = (await bar.boundingBox())!;
  await page.mouse.move(before.x, before.y + 5);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -400);
  await page.keyboard.up('Control');
  await page.waitForFunction(`document.querySelector('[aria-pressed="true"]') === null`);
  const after = (await bar.boundingBox())!;
  t.true(after.width > 1.8 * before.width);
  t.true(Math.abs(after.x - before.x) < 3);
  await page.getByRole('button', { name: 'Fit' }).click();
  t.true(Math.abs((await bar.boundingBox())!.width - before.width) < 1);
  await page.getByRole('button', { name: 'Zoom in' }).click();
  t.true((await bar.boundingBox())!.width > 1.4 * before.width);
});

inBrowser('of 5,000 tasks, only the rows that can be seen are there', async (t) => {
  const { page } = await open();
  const plans = Array.from({ length: 5_000 }, (_, index) =>
    plan(`task ${index}`, index < 50 ? [] : [`task ${index - 50}`], [(index * 31) % 23]),
  );
  const job = jobOf(plans, 30, 0);
  await showTimeline(page, job);
  const rows = page.getByRole('option');
  t.true((await rows.count()) < 50);
  await page.getByRole('listbox').focus();
  await page.keyboard.press('End');
  await page.locator('[aria-posinset="5000"]').waitFor();
  t.true((await rows.count()) < 50);
  t.is(await rows.first().getAttribute('aria-setsize'), '5000');
  await showTimeline(page, { ...job, selected: 'task 0' });
  await page.locator('[aria-selected="true"]').waitFor();
  t.deepEqual(await seriousFaults(page), []);
});

inBrowser('a job that took no time has its rows too', async (t) => {
  const { page, errors } = await open();
  await showTimeline(page, jobOf([plan('a', [], [0]), plan('b', ['a'], [0, 0])], 1, 0));
  t.is(await page.getByRole('option').count(), 2);
  t.true((await page.locator('.timeline-row .bar').first().boundingBox())!.width >= 2);
  await showTimeline(page, { tasks: [], from: 5, to: undefined, now: 5 });
  t.is(await page.getByRole('option').count(), 0);
  t.deepEqual(errors, []);
});
