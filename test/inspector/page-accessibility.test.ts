import test from 'ava';
import { run } from 'tintype';
import { inspectJobs } from 'tintype-inspector';
import { createActor, createMachine } from 'xstate';
import { inBrowser } from '../helpers/chromium.ts';
import { InspectedPages, keepScreenshot, panelOf, taskIn } from '../helpers/inspected-page.ts';
import { seriousFaults } from '../helpers/serious-faults.ts';

const pages = new InspectedPages(test);
const forever = () => new Promise<undefined>(() => {});

for (const colorScheme of ['dark', 'light'] as const) {
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ] as const) {
    inBrowser(`axe finds no fault that is serious: ${colorScheme}, ${width} pixels wide`, async (t) => {
      const inspector = await inspectJobs({ allowControl: true });
      t.teardown(() => inspector.stop());
      const actor = createActor(createMachine({ initial: 'a', states: { a: {} } }), {
        inspect: inspector.inspect,
        id: 'actor',
      });
      actor.start();
      let attempts = 0;
      const job = run(
        [
          { name: 'done', run: () => undefined },
          { name: 'failed', run: () => Promise.reject(new Error('boom')), maxRetries: 1, backoff: 0, continueOnFailure: true },
          { name: 'flaky', run: () => (++attempts === 1 ? Promise.reject(new Error('boom')) : forever()), backoff: 600_000 },
          { name: 'runs', dependencies: ['done'], run: forever },
          { name: 'skipped', dependencies: ['done'], when: { done: { a: 1 } }, run: forever },
          {
            name: 'joins',
            dependencies: [{ settled: 'failed' }, { anyOf: ['skipped', 'runs'] }],
            when: () => true,
            run: forever,
          },
          { name: 'waits', dependencies: ['runs', 'done'], run: forever },
        ],
        { inspect: inspector.inspect, id: 'job' },
      );
      // Scripts of others, such as axe, are not let in otherwise.
      const page = await pages.open(t, inspector.url, { colorScheme, bypassCSP: true, viewport: { width, height } });
      const shot = (name: string) => keepScreenshot(page, `${name}-${colorScheme}-${width}`);
      await taskIn(page, 'flaky', 'backing off').waitFor();
      t.deepEqual(await seriousFaults(page), []);
      await shot('graph');
      await taskIn(page, 'failed', 'failed').click();
      await panelOf(page, 'failed').waitFor();
      await panelOf(page, 'failed').locator('.events summary').first().click();
      t.deepEqual(await seriousFaults(page), []);
      await shot('panel');
      await page.getByRole('tab', { name: 'Timeline' }).click();
      t.deepEqual(await seriousFaults(page), []);
      await shot('timeline');
      await page.getByRole('tab', { name: 'Job' }).click();
      t.deepEqual(await seriousFaults(page), []);
      await shot('job');
      await page.getByRole('searchbox').fill('a');
      await page.getByRole('tab', { name: 'Graph' }).click();
      t.deepEqual(await seriousFaults(page), []);
      await page.getByRole('button', { name: 'Cancel job' }).click();
      t.deepEqual(await seriousFaults(page), []);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      t.deepEqual(await seriousFaults(page), []);
      await page.keyboard.press('Escape');
      await page.getByRole('navigation', { name: 'Jobs' }).getByRole('button').filter({ hasText: 'actor' }).click();
      await page.getByRole('button', { name: 'Send event' }).waitFor();
      t.deepEqual(await seriousFaults(page), []);
      await shot('actor');
      await inspector.stop();
      await page.getByText('Disconnected').waitFor();
      t.deepEqual(await seriousFaults(page), []);
      job.cancel();
    });
  }
}
