import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { run } from 'tintype';
import { writeReport } from 'tintype-inspector';
import { inBrowser } from '../helpers/chromium.ts';
import { TestFolder } from '../helpers/command.ts';
import { InspectedPages, panelOf, taskIn } from '../helpers/inspected-page.ts';

const folder = new TestFolder(test);
const pages = new InspectedPages(test);

const EVIL = '</script><script>globalThis.pwned = 1</script><img src=x onerror="globalThis.pwned = 2">';
const evilTasks = [
  {
    name: EVIL,
    run: () => Promise.reject(new Error(`\u001b[31mred\u001b[39m ${EVIL}`)),
    maxRetries: 0,
    continueOnFailure: true,
  },
  { name: '__proto__', run: () => undefined },
];

inBrowser('a report shows a job that has ended, and needs nothing but its file', async (t) => {
  const job = run(
    [
      { name: 'a', run: () => ({ a: 1 }) },
      { name: 'b', dependencies: ['a'], run: () => Promise.reject(new Error('boom')), maxRetries: 1, backoff: 0 },
      { name: 'c', dependencies: ['b'], run: () => undefined },
    ],
    { id: 'reported' },
  );
  const page = await pages.open(t, await reportOf(job, 'report.html'));
  await taskIn(page, 'c', 'skipped').waitFor();
  await taskIn(page, 'a', 'completed').waitFor();
  await taskIn(page, 'b', 'failed').click();
  t.is(await panelOf(page, 'b').getByRole('row').count(), 3);
  t.is(await page.getByRole('heading', { level: 1 }).innerText(), 'reported');
  t.is(await page.getByText('Disconnected').count(), 0);
  t.is(await page.getByRole('button', { name: /cancel|send/i }).count(), 0);
});

inBrowser('names and errors that look like HTML are shown as text in a report', async (t) => {
  const page = await pages.open(t, await reportOf(run(evilTasks, { id: EVIL }), 'evil.html'));
  await showsEvilAsText(t, page);
});

inBrowser('names and errors that look like HTML are shown as text live', async (t) => {
  const { inspector, page } = await pages.inspect(t);
  await run(evilTasks, { id: EVIL, inspect: inspector.inspect });
  await showsEvilAsText(t, page);
});

async function showsEvilAsText(t: ExecutionContext, page: Page): Promise<void> {
  await taskIn(page, '__proto__', 'completed').waitFor();
  await taskIn(page, EVIL, 'failed').click();
  const panel = panelOf(page, EVIL);
  t.is(await panel.getByRole('heading', { level: 2 }).innerText(), EVIL);
  t.true((await panel.getByRole('region', { name: 'Error in attempt 1' }).innerText()).startsWith(`Error: red ${EVIL}`));
  t.is(await page.getByRole('heading', { level: 1 }).innerText(), EVIL);
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByRole('tab', { name: 'Job' }).click();
  t.is(await page.evaluate('globalThis.pwned'), undefined);
  t.is(await page.locator('img').count(), 0);
}

async function reportOf(job: ReturnType<typeof run>, name: string): Promise<string> {
  const path = join(folder.path, name);
  await writeReport(job, path);
  return pathToFileURL(path).href;
}
