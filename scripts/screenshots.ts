/** Takes the screenshots for docs/seeing.md and docs/undo.md of examples/inspect.ts and examples/order-saga.ts: `npm run build && npm run screenshots`. Needs Chromium. */
import { run } from 'tintype';
import { inspectJobs } from 'tintype-inspector';
import build, { options } from '../examples/inspect.ts';
import order from '../examples/order-saga.ts';
import { launchChromium } from '../test/helpers/launch-chromium.ts';

// Stack traces would show folders of this machine.
Error.stackTraceLimit = 0;

const folder = new URL('../docs/images/', import.meta.url).pathname;
const inspector = await inspectJobs();
const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
await page.goto(inspector.url);
const keep = (name: string) => page.screenshot({ path: `${folder}${name}.png` });
const task = (name: string) => page.locator(`[role=option][data-task="${name}"]`);

const job = run(build, { ...options, id: 'build-7', inspect: inspector.inspect });
await task('download images').and(page.locator('[data-state=backingOff]')).waitFor();
await keep('graph');
await job;
await task('download images').click();
await page.getByRole('img', { name: 'Statechart of download images: completed' }).waitFor();
await keep('task');
await page.getByRole('button', { name: 'Close' }).click();
await page.emulateMedia({ colorScheme: 'dark' });
await page.getByRole('tab', { name: 'Timeline' }).click();
await page.getByText('Critical path only').waitFor();
await keep('timeline');
await page.emulateMedia({ colorScheme: 'light' });
await page.getByRole('tab', { name: 'Job' }).click();
await page.getByRole('img', { name: 'Statechart of build-7: completed' }).waitFor();
await keep('job');
await run(order, { id: 'order-1', context: { item: 'tea', price: 12 }, inspect: inspector.inspect });
await page.getByRole('button', { name: /order-1/ }).click();
await page.getByRole('tab', { name: 'Graph' }).click();
await page.setViewportSize({ width: 1000, height: 620 });
await task('charge').and(page.locator('[data-state=undone]')).waitFor();
await page.getByRole('button', { name: 'Fit' }).click();
await keep('undo');
await browser.close();
await inspector.stop();
