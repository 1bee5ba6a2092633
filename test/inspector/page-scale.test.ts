import test from 'ava';
import { run } from 'tintype';
import { inspectJobs } from 'tintype-inspector';
import { inBrowser } from '../helpers/chromium.ts';
import { deferred } from '../helpers/deferred.ts';
import { InspectedPages, keepScreenshot, panelOf, taskIn } from '../helpers/inspected-page.ts';

const pages = new InspectedPages(test);
const COUNT = 1000;

/** Runs in the page: notes when the first task is drawn, and how long the main thread is blocked. */
const MEASURING = `
  globalThis.blocks = [];
  new PerformanceObserver((list) => blocks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
    buffered: true,
  });
  const look = () => {
    if (document.querySelector('.node')) globalThis.firstPaint = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

for (const [shape, dependenciesOf] of Object.entries({
  'in one layer': () => [],
  'in layers': (index: number) => (index < 30 ? [] : [`task-${index - 30}`, `task-${index - 29 - (index % 2)}`]),
})) {
  inBrowser(`a thousand tasks ${shape} are shown, and so are their changes`, async (t) => {
    const inspector = await inspectJobs();
    t.teardown(() => inspector.stop());
    const gate = deferred();
    const job = run(
      Array.from({ length: COUNT }, (_, index) => ({
        name: `task-${index}`,
        dependencies: dependenciesOf(index),
        run: () => (index < 20 ? gate.promise : undefined),
      })),
      { inspect: inspector.inspect },
    );
    const page = await pages.open(t, 'about:blank');
    await page.addInitScript(MEASURING);
    const longestBlock = () => page.evaluate('Math.round(Math.max(0, ...blocks))');

    await page.goto(inspector.url);
    await page.waitForFunction((count) => document.querySelectorAll('.node').length === count, COUNT);
    const firstPaint = await page.evaluate('Math.round(firstPaint)');
    t.log(`first paint of the graph after ${firstPaint} ms, longest block of the main thread ${await longestBlock()} ms`);
    await keepScreenshot(page, `thousand-tasks-${shape.replaceAll(' ', '-')}`);

    gate.resolve(undefined);
    await job;
    await page.getByText(`${COUNT} completed`).waitFor();
    await page.waitForFunction((count) => document.querySelectorAll('.node[data-state=completed]').length === count, COUNT);
    t.log(`after all changes: longest block ${await longestBlock()} ms`);
    await page.keyboard.press('/');
    await page.keyboard.type('task-999');
    await page.keyboard.press('Enter');
    await panelOf(page, 'task-999').waitFor();
    t.true(await taskIn(page, 'task-999', 'completed').isVisible());
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByRole('tab', { name: 'Job' }).click();
    await page.getByRole('button', { name: /^Show more/ }).waitFor();
    t.log(`after looking at all tabs: longest block ${await longestBlock()} ms`);
  });
}
