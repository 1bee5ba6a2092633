import { mkdirSync } from 'node:fs';
import type { ExecutionContext, TestFn } from 'ava';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type InspectOptions, type Inspector, inspectJobs } from 'tintype-inspector';
import { launchChromium, PATIENCE } from './chromium.ts';

/** Where CI finds what the page looked like. */
const SCREENSHOTS = 'coverage/screenshots';
mkdirSync(SCREENSHOTS, { recursive: true });

/** Opens pages of the inspector, in one browser for the tests of a file. */
export class InspectedPages {
  #browser: Promise<Browser> | undefined;

  constructor(test: TestFn) {
    test.after.always('the browser is closed', async () => (await this.#browser)?.close());
  }

  /** Inspects jobs while a test runs, on a page that is open. */
  async inspect(t: ExecutionContext, options?: InspectOptions): Promise<{ inspector: Inspector; page: Page }> {
    const inspector = await inspectJobs(options);
    t.teardown(() => inspector.stop());
    return { inspector, page: await this.open(t, inspector.url) };
  }

  /** Opens a page for a test, which fails if an error is thrown there, or anything but this machine is asked for something. */
  async open(t: ExecutionContext, url: string, options: BrowserContextOptions = {}): Promise<Page> {
    this.#browser ??= launchChromium();
    const context = await (await this.#browser).newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE);
    const problems: string[] = [];
    const page = await context.newPage();
    page.on('pageerror', ({ stack }) => problems.push(String(stack)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    context.on('request', (request) => isHere(request.url()) || problems.push(`a request to ${request.url()}`));
    page.on('websocket', (socket) => isHere(socket.url()) || problems.push(`a connection to ${socket.url()}`));
    t.teardown(async () => {
      await context.close();
      if (problems.length > 0) throw new Error(problems.join('\n'));
    });
    await page.goto(url);
    return page;
  }
}

const isHere = (url: string): boolean => /^(https?|ws):\/\/127\.0\.0\.1:|^file:|^data:/.test(url);

export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
}

/** The task in the graph of the page, in a state that is given by its word. */
export function taskIn(page: Page, name: string, word = ''): Locator {
  return page
    .locator(`[role=option][data-task=${JSON.stringify(name)}]`)
    .and(page.locator(`[aria-label*=${JSON.stringify(`: ${word}`)}]`));
}

/** What is told of the task that is selected. */
export const panelOf = (page: Page, name: string): Locator => page.getByRole('complementary', { name, exact: true });
