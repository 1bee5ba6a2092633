import type { BranchGraph } from './branch-graphs.ts';
import { when } from './branch-graphs.ts';
import { AT_ONCE, task } from './dags.ts';

export const undo = () => {};

/** Small workflows whose jobs undo tasks and run finally tasks, in all ways between them. */
export const UNDO_GRAPHS: readonly BranchGraph[] = [
  {
    name: 'undo of a diamond, which may fail',
    tasks: [
      task('a', [], { undo }),
      task('b', ['a'], { undo, timeout: 10 }),
      task('c', ['a'], { undo }),
      task('d', ['b', 'c']),
    ],
    options: {
      ...AT_ONCE,
      maxRetries: 0,
      outcomes: { a: ['returns'], b: ['returns', 'throws'], c: ['returns'], d: ['throws'] },
      cancel: false,
    },
    size: { states: 63, transitions: 101, paths: 63 },
    faultySize: { states: 754, transitions: 1965, paths: 1179 },
    countedSize: { states: 555, transitions: 1010, paths: 825 },
  },
  {
    name: 'finally on cancel and timeout',
    tasks: [
      task('a', [], { timeout: 10 }),
      task('b', ['a'], { undo }),
      task('z', [], { finally: true }),
      task('y', ['z'], { finally: true }),
    ],
    options: { ...AT_ONCE, maxRetries: 0, timeout: 100, outcomes: ['returns', 'throws'] },
    size: { states: 58, transitions: 109, paths: 61 },
    faultySize: { states: 759, transitions: 1412, paths: 1062 },
    countedSize: { states: 692, transitions: 1184, paths: 960 },
  },
  {
    name: 'undo with a retry, after attempts that may have acted',
    tasks: [task('a', [], { undo: { run: undo, maxRetries: 1, backoff: 5 }, timeout: 10, maxRetries: 1 }), task('b')],
    options: {
      ...AT_ONCE,
      maxRetries: 0,
      maxConcurrency: 1,
      undo: ['failed', 'cancelled'],
      timeout: 100,
      outcomes: { a: ['returns', 'garbage', 'never'], b: ['returns', 'throws'] },
    },
    size: { states: 68, transitions: 120, paths: 67 },
    faultySize: { states: 587, transitions: 1573, paths: 1120 },
    countedSize: { states: 1113, transitions: 1924, paths: 1473 },
  },
  {
    name: 'keepGoing with an undo, a condition and finally tasks that may fail',
    tasks: [
      task('a', [], { undo, continueOnFailure: true }),
      task('b', [{ settled: 'a' }], { undo }),
      task('z', [], { finally: true, continueOnFailure: true }),
      task('y', [{ settled: 'z' }], { finally: true, when }),
    ],
    options: {
      ...AT_ONCE,
      maxRetries: 0,
      onFailure: 'keepGoing',
      outcomes: { a: ['returns'], b: ['throws'], z: ['returns', 'throws'], y: ['returns'] },
    },
    size: { states: 98, transitions: 156, paths: 99 },
    faultySize: { states: 674, transitions: 1594, paths: 1226 },
    countedSize: { states: 1058, transitions: 2163, paths: 1858 },
  },
  {
    name: 'finishRunning with undos in one slot, and a finally task',
    tasks: [task('a', [], { undo }), task('b', [], { undo }), task('c', ['a']), task('z', [], { finally: true })],
    options: {
      ...AT_ONCE,
      maxRetries: 0,
      onFailure: 'finishRunning',
      maxConcurrency: 2,
      outcomes: { a: ['returns', 'garbage'], b: ['returns'], c: ['throws'], z: ['returns'] },
      cancel: false,
    },
    size: { states: 41, transitions: 51, paths: 27 },
    faultySize: { states: 300, transitions: 733, paths: 468 },
    countedSize: { states: 841, transitions: 1409, paths: 1161 },
  },
  {
    name: 'outcomes that settle the last task while the job is being stopped',
    tasks: [task('a', [], { undo, continueOnFailure: true }), task('b', ['a'], { when }), task('c', ['b']), task('d', ['a'])],
    options: {
      ...AT_ONCE,
      maxRetries: 0,
      timeout: 100,
      maxConcurrency: 1,
      outcomes: { a: ['returns', 'garbage'], b: ['returns'], c: ['returns'], d: ['returns'] },
    },
    size: { states: 46, transitions: 69, paths: 40 },
    faultySize: { states: 387, transitions: 932, paths: 650 },
    countedSize: { states: 390, transitions: 660, paths: 523 },
  },
];
