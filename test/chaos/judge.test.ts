import test from 'ava';
import type { Flow } from './flows.ts';
import { type Figures, judge, type SavedJob } from './judge.ts';
import type { Line, Note } from './log.ts';
import { Reference } from './reference.ts';

const JOB = 'flow/1';
const START = { a: 'start', b: 'start' };

/** One job with a task `pay`, which returns `a`. */
const expected = {
  contextOf: () => START,
  resultOf: () => ({ a: 'paid', b: 'start' }),
  endsOf: () => ['completed', 'cancelled'],
};

const stamped = (notes: readonly Note[]): Line[] => notes.map((note, t) => ({ ...note, by: 'owner-1', t }) as Line);

const called: Note = { type: 'called', job: JOB, task: 'pay', attempt: 1, key: 'key', context: START };
const completed: Note = { type: 'completed', job: JOB, task: 'pay', attempt: 1 };
const accepted: Note = { type: 'accepted', job: JOB };
const ended: Note = { type: 'ended', job: JOB, state: 'completed', context: { a: 'paid', b: 'start' } };
const RIGHT: readonly Note[] = [accepted, called, completed, ended];

const PAID = { task: 'pay', attempt: 1, outcome: { state: 'completed' } };
const SAVED: SavedJob = { id: JOB, state: 'completed', attempts: [PAID] };

const verdictOn = (notes: readonly Note[], saved: readonly SavedJob[]) =>
  judge(stamped(notes), new Map(saved.map((job) => [job.id, job])), expected);

const GOOD: Figures = {
  jobs: 1,
  faults: 0,
  lost: 0,
  repeatedAfterRecord: 0,
  wrongContext: 0,
  wrongEnd: 0,
  unfinished: 0,
  blockedMs: 0,
};

test('nothing is wrong with a job that ends as it should, even if calls were repeated and a process lost it', (t) => {
  const detached: Note = { type: 'detached', job: JOB, code: 'LEASE_LOST', message: 'lost' };
  const notes = [accepted, called, called, detached, completed, ended, ended];
  t.deepEqual(verdictOn(notes, [SAVED]), { figures: GOOD, violations: [] });
});

const isWrong = test.macro<[readonly Note[], readonly SavedJob[], Partial<Figures>, number?]>({
  exec(t, notes, saved, wrong, violations = 1) {
    const verdict = verdictOn(notes, saved);
    t.deepEqual(verdict.figures, { ...GOOD, ...wrong });
    t.is(verdict.violations.length, violations, verdict.violations.join('\n'));
  },
  title: (what) => `the judge notices that ${what}`,
});

const RUNNING: SavedJob = { ...SAVED, state: 'running' };
const FAILED = { ...PAID, outcome: { state: 'failed' } };
const cancelled: Note = { type: 'ended', job: JOB, state: 'cancelled', context: undefined };
const changed: Note = { type: 'detached', job: JOB, code: 'WORKFLOW_CHANGED', message: 'changed' };

test('an accepted job is nowhere', isWrong, [accepted], [], { lost: 1 });
test('a reported completion is not saved', isWrong, RIGHT, [{ ...SAVED, attempts: [] }], { lost: 1 });
test('a reported completion is saved as a failure', isWrong, RIGHT, [{ ...SAVED, attempts: [FAILED] }], { lost: 1 });
test('a reported end is not saved', isWrong, RIGHT, [RUNNING], { lost: 1, unfinished: 1 }, 2);
test('a completed task is called again', isWrong, [...RIGHT, called], [SAVED], { repeatedAfterRecord: 1 });
test('a task sees another context', isWrong, [accepted, { ...called, context: {} }], [SAVED], { wrongContext: 1 });
test('a task gets two keys', isWrong, [accepted, called, { ...called, key: 'other' }], [SAVED], { wrongContext: 1 });
test('a result has another context', isWrong, [accepted, { ...ended, context: START }], [SAVED], { wrongContext: 1 });
test('a reported end is saved as another', isWrong, RIGHT, [{ ...SAVED, state: 'cancelled' }], { wrongEnd: 1 });
test('two reported ends differ, and one from the store', isWrong, [...RIGHT, cancelled], [SAVED], { wrongEnd: 2 }, 2);
test('a job ends otherwise than its tasks', isWrong, [accepted], [{ ...SAVED, state: 'failed' }], { wrongEnd: 1 });
test('a process loses a job for no reason', isWrong, [accepted, changed], [SAVED], { wrongEnd: 1 });
test('a process exits by itself', isWrong, [accepted, { type: 'crashed', how: 'code 1' }], [SAVED], { wrongEnd: 1 });
test('a job never ends', isWrong, [accepted], [RUNNING], { unfinished: 1 });
test('the event loop is blocked', isWrong, [accepted, { type: 'blocked', ms: 201 }], [SAVED], { blockedMs: 201 });

test('the reference merges in workflow order, and only what a task depends on', (t) => {
  const task = { timeout: undefined, isTolerated: false };
  const flow: Flow = {
    name: 'flow',
    isRemote: false,
    tasks: [
      { ...task, name: 'last', dependencies: ['left', 'right'], keys: [] },
      { ...task, name: 'right', dependencies: ['root'], keys: ['b'] },
      { ...task, name: 'left', dependencies: [], keys: ['a', 'b'] },
      { ...task, name: 'root', dependencies: [], keys: ['a', 'c'] },
      { ...task, name: 'aside', dependencies: [], keys: ['c', 'd'] },
    ],
  };
  // In this seed, no task of this job fails for good.
  const reference = new Reference(1, [flow]);
  const from = (name: string) => `${name} of ${JOB}`;
  t.deepEqual(reference.endsOf(JOB), ['completed']);
  t.deepEqual(reference.contextOf(JOB, 'root'), { a: from('initial'), b: from('initial') });
  t.deepEqual(reference.contextOf(JOB, 'right'), { a: from('root'), b: from('initial'), c: from('root') });
  // The order is left, root, right, last, aside.
  t.deepEqual(reference.contextOf(JOB, 'last'), { a: from('root'), b: from('right'), c: from('root') });
  t.deepEqual(reference.resultOf(JOB), { a: from('root'), b: from('right'), c: from('aside'), d: from('aside') });
});
