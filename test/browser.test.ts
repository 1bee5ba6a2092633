import { bundle, sizes } from '../scripts/bundle.ts';
import { inBrowser, launchChromium, PATIENCE } from './helpers/chromium.ts';

inBrowser('a workflow runs in a browser, bundled and minified', async (t) => {
  const code = await bundle(`
    import { run } from 'tintype';
    import smoothie, { options } from './examples/smoothie.ts';
    const events = [];
    const onEvent = ({ type }) => events.push(type);
    const { state, context } = await run(smoothie, { ...options, onEvent });
    globalThis.outcome = { state, context, lastEvent: events.at(-1) };
  `);
  t.log(sizes(code));

  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.addScriptTag({ content: code, type: 'module' });
    const outcome = await page.waitForFunction('globalThis.outcome', undefined, { timeout: PATIENCE }).catch(() => undefined);
    t.deepEqual(errors, []);
    t.like(await outcome?.jsonValue(), { state: 'completed', lastEvent: 'job.completed' });
  } finally {
    await browser.close();
  }
});
