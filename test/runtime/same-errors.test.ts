import test from 'ava';
import { defaultRetryIf, run } from 'tintype';
import { inThread, workerThreads } from 'tintype/worker-threads';
import { textCodec } from '../../src/journal/codec/text-codec.ts';
import { AWKWARD_ERRORS, whatDecides } from '../helpers/awkward-errors.ts';

const module = new URL('./throw-awkward.ts', import.meta.url);
const threads = workerThreads();
test.after.always('the threads are closed', () => threads.close());

/** What `retryIf` and `backoff` get. */
async function judged(name: string, place: 'in process' | 'in a thread') {
  const seen: unknown[] = [];
  const judge = (error: unknown) => {
    seen.push([whatDecides(error), defaultRetryIf(error)]);
    return false;
  };
  const isHere = place === 'in process';
  const throws = (AWKWARD_ERRORS as Readonly<Record<string, () => unknown>>)[name] as () => unknown;
  const here = () => {
    throw throws();
  };
  const there = inThread({ module, export: 'throwAwkward', input: () => ({ name }) });
  await run([{ name: 'a', maxRetries: 1, retryIf: judge, run: isHere ? here : there }], {
    ...(isHere ? {} : { executor: threads.executor }),
  });
  return seen[0];
}

for (const [name, make] of Object.entries(AWKWARD_ERRORS)) {
  test(`decisions see the same in process, in threads, and through stores and queues: ${name}`, async (t) => {
    const expected = await judged(name, 'in process');
    t.deepEqual(await judged(name, 'in a thread'), expected, 'in a thread');
    const copy = textCodec.decode(textCodec.encodeError(make()));
    t.deepEqual([whatDecides(copy), defaultRetryIf(copy)], expected, 'through a store or queue');
    const twice = textCodec.decode(textCodec.encodeError(copy));
    t.deepEqual([whatDecides(twice), defaultRetryIf(twice)], expected, 'through both');
  });
}

test('cuts are marked, and the copy is small', (t) => {
  const cut = (thrown: unknown) => {
    const text = textCodec.encodeError(thrown);
    t.true(text.length < 1_000_000, `${text.length}`);
    return textCodec.decode(text) as Error & Record<string, never> & { cause: Error; code: string };
  };
  let chain = new Error('first');
  for (let index = 0; index < 20_000; index += 1) {
    chain = new Error(`wraps ${index}`, { cause: chain });
  }
  let last: unknown = cut(chain);
  let length = 0;
  for (; last instanceof Error; last = last.cause) {
    length += 1;
  }
  t.deepEqual([length, last], [100, '[nested too deeply]']);
  t.regex(cut(new Error('x'.repeat(1e7))).message, /x \[\d+ more characters\]$/);
  t.regex(cut(Object.assign(new Error('e'), { code: 'x'.repeat(1e7) })).code, /x \[\d+ more characters\]$/);
  const many = cut(
    new AggregateError(
      Array.from({ length: 5000 }, (_, index) => new Error(`${index}`)),
      'many',
    ),
  ) as unknown as {
    errors: unknown[];
  };
  t.deepEqual([many.errors.length, many.errors.at(-1)], [1001, '[4000 more]']);
  t.like(cut(Object.assign(new Error('e'), { big: new Uint8Array(1e6) })), { big: '[too large]' });
  t.like(
    cut(Object.assign(new Error('e'), { wide: Object.fromEntries(Array.from({ length: 2000 }, (_, key) => [key, key])) })),
    {
      wide: { '[1000 more]': '' },
    },
  );
  t.deepEqual(
    (
      cut(Object.assign(new Error('e'), { set: new Set(Array(5).keys()), map: new Map([[{}, 1]]) })) as unknown as {
        set: unknown;
      }
    ).set,
    new Set([0, 1, 2, 3, 4]),
  );
  const ring = new Error('ring') as Error & { self?: unknown };
  ring.self = ring;
  t.like(cut(ring), { self: '[circular]' });
});
