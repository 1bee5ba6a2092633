import test from 'ava';
import { type Job, run, type TaskDefinition } from 'tintype';
import { deferred } from '../helpers/deferred.ts';

const completed = async (tasks: TaskDefinition[], executor?: NonNullable<Parameters<typeof run>[1]>['executor']) => {
  const order: string[] = [];
  const result = await run(tasks, {
    maxRetries: 0,
    executor,
    onEvent: (event) => (event.type === 'task.completed' || event.type === 'task.failed') && order.push(event.task),
  });
  return { order, result };
};

class OtherPromise<T> extends Promise<T> {}

const WAYS: Readonly<Record<string, () => unknown>> = {
  'returns at once': () => ({ value: 1 }),
  'returns a promise': async () => ({ value: 1 }),
  'throws at once': () => {
    throw new Error('no');
  },
  rejects: async () => {
    throw new Error('no');
  },
  'returns a promise of another class': () => OtherPromise.resolve({ value: 1 }),
};

for (const [way, first] of Object.entries(WAYS)) {
  for (const [otherWay, second] of Object.entries(WAYS)) {
    for (const executor of [undefined, ({ run: call }: { run: () => unknown }) => call()]) {
      const where = executor === undefined ? '' : ', in an executor';
      test(`a function that ${way} is ahead of one that then ${otherWay}${where}`, async (t) => {
        const { order } = await completed(
          [
            { name: 'first', continueOnFailure: true, run: first },
            { name: 'second', continueOnFailure: true, run: second },
          ],
          executor,
        );
        t.deepEqual(order, ['first', 'second']);
      });
    }
  }
}

test('a function that throws at once is behind one that has returned, and its work is kept', async (t) => {
  const { result } = await completed([
    { name: 'pay', run: () => ({ receipt: 'paid 10' }) },
    {
      name: 'check',
      run: () => {
        throw new TypeError('no');
      },
    },
  ]);
  t.is(result.state, 'failed');
  t.deepEqual({ ...result.context }, { receipt: 'paid 10' });
  t.is(result.tasks.get('pay')?.state, 'completed');
});

test('functions that end later are taken in the order in which they ended', async (t) => {
  const ends = [deferred<object>(), deferred<object>(), deferred<object>()];
  const tasks = ends.map(({ promise }, index): TaskDefinition => ({ name: `t${index}`, run: () => promise }));
  const job = completed([...tasks, { name: 'ends them', run: () => void [2, 0, 1].map((index) => ends[index]?.resolve({})) }]);
  t.deepEqual((await job).order, ['t2', 't0', 't1', 'ends them']);
});

for (const [way, first] of Object.entries(WAYS)) {
  test(`a function that ${way} is ahead of a cancel in the same tick, and what it did counts`, async (t) => {
    const last: TaskDefinition['run'] = () => {
      job.cancel();
      return { last: true };
    };
    const job: Job = run(
      [
        { name: 'first', continueOnFailure: true, run: first },
        { name: 'last', run: last },
      ],
      { maxRetries: 0 },
    );
    const { tasks } = await job;
    t.regex(tasks.get('first')?.state ?? '', /^(completed|failed)$/);
    t.is(tasks.get('last')?.state, 'cancelled');
  });
}
