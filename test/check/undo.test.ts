import test from 'ava';
import { InvalidWorkflowError, type TaskDefinition } from 'tintype';
import { always, CheckError, type CheckOptions, checkWorkflow, eventually, sometimes, step, testPaths } from 'tintype/check';
import { AT_ONCE, task } from './dags.ts';
import { UNDO_GRAPHS, undo } from './undo-graphs.ts';

const tasks = [
  task('reserve', [], { undo }),
  task('charge', ['reserve'], { undo }),
  task('ship', ['charge']),
  task('letter', [], { finally: true }),
];
const small: CheckOptions = { ...AT_ONCE, maxRetries: 0, outcomes: ['returns', 'throws'] };

test('properties read the phases of a job, how it will end, and what is undone', (t) => {
  const report = checkWorkflow(tasks, {
    ...small,
    timeout: 100,
    properties: [
      sometimes('it undoes', (job) => job.state === 'undoing' && job.task('charge').state === 'undoing'),
      sometimes('it has undone a task', (job) => job.in('undone').includes('charge')),
      sometimes('an undo fails', (job) => job.task('charge').state === 'undoFailed' && job.undo === 'incomplete'),
      sometimes('it finishes after an undo', (job) => job.state === 'finishing' && job.undo === 'done'),
      sometimes('it finishes and will complete', (job) => job.state === 'finishing' && job.ending === 'completed'),
      always(
        'it ends as it was to, or fails',
        ({ state, ending }) => !['completed', 'failed'].includes(state) || ending === state,
      ),
      always(
        'the charge is undone first',
        (job) => job.task('reserve').state !== 'undone' || job.task('charge').state !== 'completed',
      ),
      always('what is undone has a cause', (job) => job.undo === 'none' || job.ending !== 'completed'),
      eventually(
        'the letter is written, unless the job never starts',
        (job) => job.state === 'cancelled' || job.task('letter').state !== 'unscheduled',
      ),
      step('an undo is an event', (before, _choice, after, events) => {
        const undone = after.in('undone').length - before.in('undone').length;
        return events.filter(({ type }) => type === 'task.undone').length === undone;
      }),
    ],
  });
  t.true(report.ok, String(report));
  const late = checkWorkflow(tasks, {
    ...small,
    properties: [always('a charge is undone', (job) => job.state !== 'failed' || job.task('charge').state !== 'undoFailed')],
  });
  const [found] = late.violations;
  t.is(found?.steps.at(-1)?.after.job, 'failed');
  t.regex(String(found), /the undo of charge (throws|times out)/);
  t.regex(found?.toMermaid() ?? '', /calls the undo \(attempt 1\)/);
  t.notRegex(found?.toMermaid() ?? '', /undefined/);
});

test('which ends are undone is an option', (t) => {
  const statesOf = (options: CheckOptions) => {
    const seen = new Set<string>();
    const collect = always('collect', ({ state, ending }) => state !== 'undoing' || seen.add(String(ending)).size > 0);
    t.true(checkWorkflow(tasks, { ...small, timeout: 100, ...options, properties: [collect] }).ok);
    return [...seen].sort();
  };
  t.deepEqual(statesOf({}), ['cancelled', 'failed', 'timedOut']);
  t.deepEqual(statesOf({ undo: ['cancelled'] }), ['cancelled']);
  t.deepEqual(statesOf({ undo: false }), []);
  t.throws(() => checkWorkflow(tasks, { undo: ['completed'] } as never), { instanceOf: InvalidWorkflowError });
});

const hints = (own: readonly TaskDefinition[], options: CheckOptions = small) =>
  checkWorkflow(own, options).warnings.map(({ message }) => message);

test('a task without undo that completes in a job that then fails is named', (t) => {
  const kept = [task('book', [], { undo }), task('mail', ['book']), task('pay', ['mail'])];
  t.deepEqual(hints(kept), ['mail has no undo, but it can complete in a job that then fails: its effects, if any, remain']);
  t.deepEqual(hints(kept, { ...small, undo: false }), [], 'nothing is undone');
  t.deepEqual(hints(kept, { ...small, undo: ['cancelled'] }), [], 'nothing is undone in a job that fails');
  t.deepEqual(hints(tasks), [], 'a finally task that fails undoes nothing, and letter is one');
  t.deepEqual(hints(kept.map(({ undo: _, ...one }) => one)), [], 'no task has an undo');
});

test('dead branches of workflows with finally tasks are named', (t) => {
  const dead = [task('a'), task('b', ['a'], { when: { a: { x: [] } } }), task('z', [], { finally: true })];
  t.deepEqual(hints(dead), ['b can never run: this branch is never taken']);
});

test('states that are merged make no difference to how jobs end', (t) => {
  for (const { name, tasks: own, options } of UNDO_GRAPHS) {
    const ends = (finishedContext: boolean) => {
      const report = checkWorkflow(own, { ...options, crash: 'anywhere', reduce: { finishedContext } });
      t.true(report.ok, `${name}: ${report}`);
      return report.terminal;
    };
    t.deepEqual(ends(true), ends(false), name);
  }
});

test('random walks go through all phases', (t) => {
  const seen = new Set<string>();
  const collect = always('collect', ({ state }) => seen.add(state).size > 0);
  const options: CheckOptions = { ...small, crash: 'anywhere', timeout: 100, properties: [collect] };
  const report = checkWorkflow(tasks, { ...options, search: { walks: 300, seed: 7 } });
  t.is(report.violations.length, 0, String(report));
  t.true(seen.has('undoing') && seen.has('finishing'));
});

test('test paths go through all phases', async (t) => {
  const paths = testPaths(tasks, { ...small, timeout: 100 });
  const states = new Set(paths.flatMap(({ steps }) => steps.map(({ after }) => after.job)));
  t.true(states.has('undoing') && states.has('finishing'));
  for (const path of paths) {
    await path.replay();
  }
});

test('an undo with unlimited retries is not checked', (t) => {
  const check = () => checkWorkflow([task('a', [], { undo: { run: undo, maxRetries: Infinity } })], { maxRetries: 0 });
  t.throws(check, { instanceOf: CheckError, message: /^Task `a` has unlimited retries/ });
});
