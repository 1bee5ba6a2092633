import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test from 'ava';
import { chromium } from 'playwright-core';
import { bundle, sizes } from '../scripts/bundle.ts';

const executablePath = findChromium();
// A developer may do without a browser; in CI it must be there, and a missing one is a failure.
const inBrowser = executablePath || process.env.CI ? test : test.skip;
if (!executablePath) console.log('No Chromium on PATH, and CHROMIUM_PATH names none: the test in a browser is not run.');

inBrowser('a workflow runs in a browser, bundled and minified', async (t) => {
  if (!executablePath) return t.fail('CI needs Chromium: install it, or name it in CHROMIUM_PATH');
  const code = await bundle(`
    import { run } from 'tintype';
    import smoothie, { options } from './examples/smoothie.ts';
    const events = [];
    const onEvent = ({ type }) => events.push(type);
    const { state, context } = await run(smoothie, { ...options, onEvent });
    globalThis.outcome = { state, context, lastEvent: events.at(-1) };
  `);
  t.log(sizes(code));

  const browser = await chromium.launch({
    executablePath,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium has no sandbox for root, as whom containers often run tests.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  try {
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.addScriptTag({ content: code, type: 'module' });
    const outcome = await page.waitForFunction('globalThis.outcome', undefined, { timeout: 10_000 }).catch(() => undefined);
    t.deepEqual(errors, []);
    t.like(await outcome?.jsonValue(), { state: 'completed', lastEvent: 'job.completed' });
  } finally {
    await browser.close();
  }
});

function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  const folders = PATH.split(delimiter).flatMap((folder) =>
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)),
  );
  return [CHROMIUM_PATH, ...folders].find((path) => path && existsSync(path));
}
