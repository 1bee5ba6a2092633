import { readFile } from 'node:fs/promises';
import test from 'ava';
import { workflow } from 'tintype';
import { traced } from 'tintype/otel';
import { SteppedClock, withTime } from './helpers/simulated-time.ts';
import { telemetry } from './helpers/telemetry.ts';

const doc = await readFile(new URL('../docs/traces.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, without their last column, which is for people. */
const rowsUnder = (heading: string): string[][] => {
  const section = doc.split(`${heading}\n`)[1]?.split('\n#')[0] ?? '';
  return [...section.matchAll(/^\| (`.+) \|$/gm)].map(([, row]) => (row ?? '').split(' | ').slice(0, -1));
};

/** Runs jobs that together have all that is told. */
async function allJobs() {
  const told = telemetry();
  const { run } = traced(told.providers);
  const flaky = workflow('flaky')
    .task({
      name: 'slow',
      timeout: 10,
      backoff: 5,
      run: (_, { attempt }) => (attempt === 1 ? new Promise<undefined>(() => {}) : undefined),
      undo: { run: (_, { attempt }) => (attempt === 1 ? Promise.reject(new Error('no')) : undefined), backoff: 5 },
    })
    .task({ name: 'undecided', continueOnFailure: true, when: () => Promise.reject(new Error('no')) as never, run: () => {} })
    .task({ name: 'skipped', dependencies: ['undecided'], run: () => {} })
    .task({ name: 'fails', dependencies: ['slow'], maxRetries: 0, run: () => Promise.reject(new Error('no')) })
    .task({
      name: 'last',
      finally: true,
      timeout: 10,
      backoff: 5,
      run: (_, { attempt }) => (attempt === 1 ? new Promise<undefined>(() => {}) : undefined),
    });
  const clock = new SteppedClock();
  await withTime(clock, run(flaky, { clock }));
  return told;
}

const addTo = (map: Map<string, Set<string>>, key: string, value: string) =>
  map.set(key, (map.get(key) ?? new Set()).add(value));

test('the docs name each attribute of a span or link, its type, and what has it', async (t) => {
  const { spans } = await allJobs();
  const found = new Map<string, Set<string>>();
  for (const { name, attributes, links, events } of spans()) {
    for (const [on, those] of [
      [name.split(' ')[0] === 'job' ? 'job' : 'attempt', attributes],
      ...links.map((link) => ['link', link.attributes ?? {}] as const),
      ...events.filter((event) => event.name !== 'exception').map((event) => ['event', event.attributes ?? {}] as const),
    ] as const) {
      for (const [key, value] of Object.entries(those)) {
        addTo(found, `\`${key}\` | ${typeof value}`, on);
      }
    }
  }
  const expected = [...found].map(
    ([key, on]) => `${key} | ${['job', 'attempt', 'link', 'event'].filter((one) => on.has(one)).join(', ')}`,
  );
  t.deepEqual(
    rowsUnder('### Attributes')
      .map((row) => row.join(' | '))
      .sort(),
    expected.sort(),
  );
});

test('the docs name each metric, its instrument, its unit and its attributes', async (t) => {
  const { measured } = await allJobs();
  const found = new Map<string, Set<string>>();
  for (const { name, unit, value, attributes } of await measured()) {
    for (const key of Object.keys(attributes)) {
      addTo(found, `\`${name}\` | ${typeof value === 'number' ? 'counter' : 'histogram'} | \`${unit}\``, `\`${key}\``);
    }
  }
  const sorted = (keys: Iterable<string>) => [...keys].sort().join(', ');
  t.deepEqual(
    rowsUnder('## Metrics')
      .map(([name, instrument, unit, keys]) => `${name} | ${instrument} | ${unit} | ${sorted(keys?.split(', ') ?? [])}`)
      .sort(),
    [...found].map(([key, keys]) => `${key} | ${sorted(keys)}`).sort(),
  );
});
