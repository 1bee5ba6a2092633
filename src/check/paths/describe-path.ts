import type { PathStep } from '../report/trace.ts';

const TIMES = ['', '', ' twice', ' three times', ' four times', ' five times'];

/** A path as a sentence: ``blend throws twice, then the job is cancelled: the job ends as cancelled``. */
export function describePath(steps: readonly PathStep[]): string {
  const clauses: { text: string; times: number }[] = [];
  for (const { description: text } of steps) {
    const last = clauses.at(-1);
    if (last?.text === text) {
      last.times += 1;
    } else {
      clauses.push({ text, times: 1 });
    }
  }
  const [first, ...others] = clauses.map(({ text, times }) => text + (TIMES[times] ?? ` ${times} times`));
  const end = steps.at(-1)?.after.job;
  const outcome = end === 'running' || end === 'idle' || end === undefined ? 'the job has not ended' : `the job ends as ${end}`;
  return `${[first ?? 'nothing happens', ...others].join(', then ')}: ${outcome}`;
}
