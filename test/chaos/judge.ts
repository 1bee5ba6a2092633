import { isDeepStrictEqual } from 'node:util';
import type { Line } from './log.ts';

export interface Figures {
  /** Jobs that were accepted. */
  readonly jobs: number;
  readonly faults: number;
  /** Jobs, outcomes and ends that were reported as saved, but aren't in the store. */
  readonly lost: number;
  /** Calls of a task function after the task's completion was reported as saved. */
  readonly repeatedAfterRecord: number;
  /** Calls that saw, and results that have, another context or key than the graph dictates. */
  readonly wrongContext: number;
  /** Ends that contradict the store, each other, or what the tasks do; and processes that exited by themselves. */
  readonly wrongEnd: number;
  /** Jobs that hadn't ended long after the last fault. */
  readonly unfinished: number;
  /** The longest time the event loop of a process was blocked, in milliseconds. */
  readonly blockedMs: number;
}

/** The longest time that is tolerated. */
export const MOST_BLOCKED = 200;

/** Why a process can lose a job that nobody else began or changed. */
const LOSES_JOB = ['JOB_HELD', 'LEASE_LOST', 'STORE_FAILED'];

/** The part of a saved job that is compared. */
export interface SavedJob {
  readonly id: string;
  readonly state: string;
  readonly attempts: readonly {
    readonly task: string;
    readonly attempt: number;
    readonly outcome?: { readonly state: string };
  }[];
}

/** What has to happen in a job. */
interface Expected {
  contextOf(job: string, task: string): object;
  resultOf(job: string): object;
  endsOf(job: string): readonly string[];
}

export interface Verdict {
  readonly figures: Figures;
  /** One text for each violation. */
  readonly violations: readonly string[];
}

type Of<Type> = Extract<Line, { type: Type }>;
type Kind = 'lost' | 'repeatedAfterRecord' | 'wrongContext' | 'wrongEnd' | 'unfinished';

/** Compares what processes saw with what is saved, and with what had to happen. */
export function judge(lines: readonly Line[], saved: ReadonlyMap<string, SavedJob>, expected: Expected): Verdict {
  const violations: { readonly kind: Kind; readonly text: string }[] = [];
  const blame = (kind: Kind, text: string) => violations.push({ kind, text: `${kind}: ${text}` });
  judgeCalls(lines, expected, blame);
  judgeRecords(lines, saved, blame);
  judgeEnds(lines, saved, expected, blame);
  const count = (kind: Kind) => violations.filter((violation) => violation.kind === kind).length;
  const blockedMs = Math.max(0, ...ofType(lines, 'blocked').map(({ ms }) => ms));
  const tooLong = ofType(lines, 'blocked').filter(({ ms }) => ms > MOST_BLOCKED);
  return {
    figures: {
      jobs: new Set(ofType(lines, 'accepted').map(({ job }) => job)).size,
      faults: ofType(lines, 'fault').length,
      lost: count('lost'),
      repeatedAfterRecord: count('repeatedAfterRecord'),
      wrongContext: count('wrongContext'),
      wrongEnd: count('wrongEnd'),
      unfinished: count('unfinished'),
      blockedMs,
    },
    violations: [
      ...violations.map(({ text }) => text),
      ...tooLong.map(({ by, ms, t }) => `blockedMs: the event loop of ${by} was blocked for ${ms} ms (t ${t})`),
    ],
  };
}

const ofType = <Type extends Line['type']>(lines: readonly Line[], type: Type): Of<Type>[] =>
  lines.filter((line): line is Of<Type> => line.type === type);

type Blame = (kind: Kind, text: string) => void;

function judgeCalls(lines: readonly Line[], expected: Expected, blame: Blame): void {
  const completed = new Map<string, Line>();
  const keys = new Map<string, string>();
  for (const line of lines) {
    if (line.type !== 'called' && line.type !== 'completed') {
      continue;
    }
    const task = `${line.job} ${line.task}`;
    if (line.type === 'completed') {
      completed.set(task, completed.get(task) ?? line);
      continue;
    }
    const { by, t, attempt, key } = line;
    const before = completed.get(task);
    if (before !== undefined) {
      const when = `completed as ${before.by} reported (t ${before.t})`;
      blame('repeatedAfterRecord', `${task} was called by ${by} (t ${t}, attempt ${attempt}), but had ${when}`);
    }
    const context = expected.contextOf(line.job, line.task);
    if (!isDeepStrictEqual(line.context, context)) {
      blame('wrongContext', `${task} saw ${JSON.stringify(line.context)} instead of ${JSON.stringify(context)}`);
    }
    if ((keys.get(task) ?? key) !== key) {
      blame('wrongContext', `${task} got the idempotency keys ${keys.get(task)} and ${key}`);
    }
    keys.set(task, key);
  }
}

function judgeRecords(lines: readonly Line[], saved: ReadonlyMap<string, SavedJob>, blame: Blame): void {
  const missing = new Set(
    ofType(lines, 'accepted')
      .map(({ job }) => job)
      .filter((job) => !saved.has(job)),
  );
  for (const job of missing) {
    blame('lost', `${job} was accepted, but isn't in the store`);
  }
  for (const { job, task, attempt, by, t } of ofType(lines, 'completed')) {
    const outcome = saved.get(job)?.attempts.find((one) => one.task === task && one.attempt === attempt)?.outcome;
    if (outcome?.state !== 'completed' && !missing.has(job)) {
      const isSaved = outcome === undefined ? "isn't saved" : `is saved as ${outcome.state}`;
      blame('lost', `${job} ${task} completed in attempt ${attempt} as ${by} reported (t ${t}), which ${isSaved}`);
    }
  }
  for (const { id, state } of saved.values()) {
    if (state === 'running') {
      blame('unfinished', `${id} has not ended`);
    }
  }
}

function judgeEnds(lines: readonly Line[], saved: ReadonlyMap<string, SavedJob>, expected: Expected, blame: Blame): void {
  const reported = new Map<string, Of<'ended'>>();
  for (const line of ofType(lines, 'ended')) {
    const { job, state, context, by, t } = line;
    const inStore = saved.get(job)?.state;
    const said = `${job} ${state}, as ${by} reported (t ${t})`;
    if (inStore === undefined || inStore === 'running') {
      blame('lost', `${said}, but in the store it's ${inStore ?? 'missing'}`);
    } else if (inStore !== state) {
      blame('wrongEnd', `${said}, but in the store it's ${inStore}`);
    }
    const before = reported.get(job);
    if (before !== undefined && before.state !== state) {
      blame('wrongEnd', `${said}, but ${before.by} reported ${before.state} (t ${before.t})`);
    }
    reported.set(job, line);
    if (context !== undefined && !isDeepStrictEqual(context, expected.resultOf(job))) {
      const right = JSON.stringify(expected.resultOf(job));
      blame('wrongContext', `the result of ${job} at ${by} has ${JSON.stringify(context)} instead of ${right}`);
    }
  }
  for (const { id, state } of saved.values()) {
    if (state !== 'running' && !expected.endsOf(id).includes(state)) {
      blame('wrongEnd', `${id} ended as ${state}, but should be ${expected.endsOf(id).join(' or ')}`);
    }
  }
  for (const { job, by, code, message } of ofType(lines, 'detached')) {
    if (!LOSES_JOB.includes(code)) {
      blame('wrongEnd', `${job} was detached from ${by} for no reason: ${message}`);
    }
  }
  for (const { by, how } of ofType(lines, 'crashed')) {
    blame('wrongEnd', `${by} exited by itself: ${how}`);
  }
}
