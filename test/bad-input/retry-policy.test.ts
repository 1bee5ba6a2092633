import test from 'ava';
import { RetryPolicyError, run, type TaskDefinition } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { nothing, raise, revoked, spring, thenable } from '../helpers/bad-input-values.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';

watchForHarm(test);

const boom = new Error('boom');

async function attempt(options: Partial<TaskDefinition>) {
  const clock = new SteppedClock();
  const task = { name: 'a', maxRetries: 3, ...options, run: () => raise(boom) };
  const result = await withTime(clock, run([task], { clock }));
  return { clock, failure: result.state === 'failed' ? result.failure : undefined };
}

const RETRY_IF: readonly (readonly [title: string, answer: unknown, description: string])[] = [
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['0', 0, '0'],
  ['1', 1, '1'],
  ['a string', 'true', 'the string "true"'],
  ['a symbol', Symbol('yes'), 'Symbol(yes)'],
  ['an object', {}, 'an object'],
  ['a promise of true', Promise.resolve(true), 'an instance of Promise'],
  ['a thenable', thenable(nothing), 'an object'],
];

for (const [title, answer, description] of RETRY_IF) {
  test(`a task fails at once when its \`retryIf\` gives ${title}`, async (t) => {
    const { failure } = await attempt({ retryIf: () => answer as boolean });
    t.is(failure?.attempts, 1);
    t.is(failure?.reason, 'exception');
    const error = failure?.error;
    if (!(error instanceof RetryPolicyError)) {
      t.fail();
      return;
    }
    t.like(error, { name: 'RetryPolicyError', code: 'RETRY_POLICY', task: 'a', attemptError: boom });
    const said = `it must return true or false, got ${description}`;
    t.is((error.cause as Error).message, said);
    t.is(error.message, `\`retryIf\` failed for task \`a\`: TypeError: ${said} (the attempt failed with Error: boom)`);
  });
}

const BACKOFF: readonly (readonly [title: string, answer: unknown, description: string])[] = [
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['NaN', NaN, 'NaN'],
  ['Infinity', Infinity, 'Infinity'],
  ['a negative number', -1, '-1'],
  ['2³¹', 2 ** 31, '2147483648'],
  ['a string', '5', 'the string "5"'],
  ['a bigint', 5n, '5n'],
  ['a Date', new Date(5), 'an instance of Date'],
  ['a promise of a number', Promise.resolve(5), 'an instance of Promise'],
];

for (const [title, answer, description] of BACKOFF) {
  const said = `it must return a number from 0 to 2147483647 (milliseconds), got ${description}`;

  test(`a task fails at once when its \`backoff\` gives ${title}`, async (t) => {
    const { failure, clock } = await attempt({ backoff: () => answer as number });
    t.is(failure?.attempts, 1);
    t.is(clock.pending, 0);
    t.true(failure?.error instanceof RetryPolicyError);
    t.like(failure?.error, {
      code: 'RETRY_POLICY',
      task: 'a',
      attemptError: boom,
      cause: { message: said },
      message: `\`backoff\` failed for task \`a\`: TypeError: ${said} (the attempt failed with Error: boom)`,
    });
  });
}

for (const option of ['retryIf', 'backoff'] as const) {
  for (const [title, thrown] of [
    ['an error', new Error('policy')],
    ['undefined', undefined],
    ['a revoked proxy', revoked()],
    ['the error of the attempt', boom],
  ] as const) {
    test(`a task fails at once when its \`${option}\` throws ${title}`, async (t) => {
      const { failure } = await attempt({ [option]: () => raise(thrown) });
      t.is(failure?.attempts, 1);
      t.is(failure?.reason, 'exception');
      const error = failure?.error;
      t.true(error instanceof RetryPolicyError);
      t.true(Object.is((error as RetryPolicyError).cause, thrown));
      t.is((error as RetryPolicyError).attemptError, boom);
    });
  }

  test(`\`${option}\` is not asked when no retry is left`, async (t) => {
    const { failure } = await attempt({ [option]: spring, maxRetries: 0 });
    t.is(failure?.error, boom);
  });

  test(`\`${option}\` is not asked about an invalid result`, async (t) => {
    const result = await run([{ name: 'a', run: () => 5, [option]: spring }]);
    t.is(result.state === 'failed' ? result.failure.reason : undefined, 'invalidResult');
  });
}

for (const [title, backoff, waited] of [
  ['0', () => 0, 0],
  ['-0', () => -0, 0],
  ['less than half a millisecond', () => 0.4, 0],
  ['half a millisecond', () => 0.5, 3],
  ['the longest delay', () => 2 ** 31 - 1, 3 * (2 ** 31 - 1)],
  ['terms that grow beyond all numbers', { initial: 1, factor: Number.MAX_VALUE, max: 10 }, 21],
  ['terms that multiply nothing with too much', { initial: 0, factor: Number.MAX_VALUE }, 0],
] as const) {
  test(`a \`backoff\` can give ${title}`, async (t) => {
    const { failure, clock } = await attempt({ backoff });
    t.is(failure?.error, boom);
    t.is(failure?.attempts, 4);
    t.is(clock.now(), waited);
  });
}
