/**
 * A release: three packages are built in parallel. Main is deployed, and rolled back if the smoke test fails; every other branch gets a preview.
 * Whatever happens, the team is notified.
 *
 *     npx tsx examples/release.ts
 *     npm run -s tintype -- check examples/release.ts
 */
import { run, workflow } from 'tintype';
import { always, type Property, sometimes } from 'tintype/check';

/** Where users see the live version. */
const site = { live: '1.0.0' };

const release = workflow('release')
  .context<{ branch: string; version: string }>()
  .task({
    name: 'checkout',
    run: ({ branch }) => ({ live: site.live, target: branch === 'main' ? ('production' as const) : ('preview' as const) }),
  })
  .task({ name: 'buildCore', dependencies: ['checkout'], run: ({ version }) => ({ core: `core-${version}.tgz` }) })
  .task({ name: 'buildCli', dependencies: ['checkout'], run: ({ version }) => ({ cli: `cli-${version}.tgz` }) })
  .task({ name: 'buildPage', dependencies: ['checkout'], run: ({ version }) => ({ page: `page-${version}.tgz` }) })
  .task({
    name: 'deploy',
    dependencies: ['checkout', 'buildCore', 'buildCli', 'buildPage'],
    when: { checkout: { target: 'production' } },
    run: ({ version }) => {
      site.live = version;
    },
    undo: ({ live }) => {
      site.live = live;
    },
  })
  .task({
    name: 'smokeTest',
    dependencies: ['deploy'],
    maxRetries: 1,
    backoff: 10,
    run: ({ version }) => {
      if (version.endsWith('-broken')) {
        throw new Error(`version ${version} answers with 500`);
      }
      return { url: 'https://example.com' };
    },
  })
  .task({
    name: 'preview',
    dependencies: ['checkout', 'buildPage'],
    when: { checkout: { target: 'preview' } },
    run: ({ branch }) => ({ url: `https://${branch}.example.com` }),
  })
  .task({
    name: 'announce',
    dependencies: [{ anyOf: ['smokeTest', 'preview'] }],
    run: ({ url }) => ({ text: `Have a look at ${url}` }),
  })
  .task({
    name: 'notify',
    finally: true,
    // A working release stays deployed even if the notification fails.
    continueOnFailure: true,
    run: ({ text }, { ending }) => console.log(`  ${text ?? `The release ${ending.state}: ${ending.failure?.error}`}`),
  });

export const options = { maxRetries: 0, timeout: 30 * 60_000, context: { branch: 'main', version: '1.1.0' } };

export const properties: readonly Property[] = [
  always('only a completed release stays deployed', (job) => {
    const hasFailed = job.state === 'failed' || job.state === 'cancelled' || job.state === 'timedOut';
    return !hasFailed || job.task('deploy').state !== 'completed' || 'a release that did not complete stayed deployed';
  }),
  always('a branch is deployed or gets a preview, not both', (job) =>
    ['deploy', 'preview'].some((task) => job.task(task).state !== 'completed'),
  ),
  sometimes('a deployment is rolled back', (job) => job.task('deploy').state === 'undone'),
];

export default release;

if (import.meta.filename === process.argv[1]) {
  for (const context of [
    { branch: 'dark-mode', version: '1.1.0-beta' },
    { branch: 'main', version: '1.1.0' },
    { branch: 'main', version: '1.2.0-broken' },
  ]) {
    console.log(`${context.version} of ${context.branch}:`);
    const { state, undo } = await run(release, { ...options, context });
    console.log(`  The release ${state}; undo: ${undo}. Live: ${site.live}`);
  }
}
