import test from 'ava';
import { type JobEvent, JobFailedError, run } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { otherRealm, raise, revoked, spring, throwing, trapped } from '../helpers/bad-input-values.ts';

watchForHarm(test);

const frozen = Object.freeze(new Error('frozen'));
const badName = Object.defineProperty(new Error('named'), 'name', { get: spring });

const THROWN: readonly (readonly [title: string, value: unknown, description: string])[] = [
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a string', 'oops', 'the string "oops"'],
  ['an empty string', '', 'the string ""'],
  ['a number', -0, '0'],
  ['a symbol', Symbol('oops'), 'Symbol(oops)'],
  ['a function', raise, 'the function `raise`'],
  ['a frozen error', frozen, 'Error: frozen'],
  ['an aggregate error', new AggregateError([1], 'all'), 'AggregateError: all'],
  ['a DOMException', new DOMException('gone', 'AbortError'), 'AbortError: gone'],
  ['an object', { code: 5 }, 'an object'],
  ['an object whose `message` throws', throwing('message'), 'an object'],
  ['an object whose `toString` throws', { toString: spring }, 'an object'],
  ['an object whose `then` throws', throwing('then'), 'an object'],
  ['an error whose `name` throws', badName, 'an object with the message "named"'],
  ['a revoked proxy', revoked(), "an object that can't be inspected"],
  ['a proxy of which every trap throws', trapped(), "an object that can't be inspected"],
  ['a proxy of a function of which every trap throws', trapped(raise), "a function that can't be inspected"],
  ['a promise', Promise.resolve(), 'an instance of Promise'],
  ['a message of 10,000 characters', new Error('x'.repeat(10_000)), `Error: ${'x'.repeat(993)}…`],
];

for (const [title, value, description] of THROWN) {
  for (const [how, fail] of [
    ['throws', () => raise(value)],
    ['rejects with', () => new Promise((_, reject) => reject(value))],
  ] as const) {
    test(`what a task ${how} is kept as it is: ${title}`, async (t) => {
      const events: JobEvent[] = [];
      const job = run([{ name: 'a', run: fail, maxRetries: 1, backoff: 0, retryIf: true }], {
        onEvent: (event) => events.push(event),
      });
      const result = await job;
      if (result.state !== 'failed') {
        t.fail();
        return;
      }
      const { error, ...failure } = result.failure;
      t.deepEqual(failure, { task: 'a', reason: 'exception', attempts: 2 });
      t.true(Object.is(error, value));
      t.true(Object.is(result.tasks.get('a')?.error, value));
      const errors = events.flatMap((event) => ('error' in event ? [event.error] : []));
      t.deepEqual(
        errors.map((one) => Object.is(one, value)),
        [true, true, true],
      );

      const thrown = await job.unwrap().catch((unwrapped: unknown) => unwrapped);
      if (!(thrown instanceof JobFailedError)) {
        t.fail();
        return;
      }
      t.is(thrown.name, 'JobFailedError');
      t.is(thrown.code, 'JOB_FAILED');
      t.true(Object.is(thrown.cause, value));
      t.is(thrown.message, `Job failed: task \`a\` failed after 2 attempts: ${description}`);
    });
  }
}

const messageOf = async (value: unknown): Promise<string> => {
  const error: unknown = await run([{ name: 'a', run: () => raise(value), maxRetries: 0 }])
    .unwrap()
    .catch((unwrapped: unknown) => unwrapped);
  return (error as Error).message;
};

test('the message tells what an error of another realm says', async (t) => {
  t.is(await messageOf(otherRealm("new TypeError('far')")), 'Job failed: task `a` failed: TypeError: far');
});

test('the message tells what an object says that is like an error', async (t) => {
  const said = await messageOf({ code: 'ENOENT', message: 'no such file' });
  t.is(said, 'Job failed: task `a` failed: an object with the message "no such file"');
});
