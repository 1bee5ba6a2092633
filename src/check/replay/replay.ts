import type { JobModel } from '../model/model.ts';
import { describeSteps } from '../report/describe-steps.ts';
import type { Deed, PathStep, RestState } from '../report/trace.ts';
import type { JobSource } from './job-source.ts';
import { ReplayError } from './replay-error.ts';
import { Stage } from './stage.ts';
import type { Outward } from './stage-state.ts';

/**
 * Runs steps as a real job and compares what it does in each step with what is expected.
 * @throws {ReplayError} at the first difference
 */
export async function replay(model: JobModel, steps: readonly PathStep[], jobs: JobSource): Promise<void> {
  const stage = new Stage(model, jobs);
  for (const [index, step] of steps.entries()) {
    const difference = await play(stage, step);
    if (difference !== undefined) {
      const way = describeSteps(steps.slice(0, index + 1)).join('\n');
      throw new ReplayError(index + 1, `In step ${index + 1}, ${difference}\n${way}`);
    }
  }
}

/** Plays a step and returns how it differs from what is expected. */
async function play(stage: Stage, { choice, deeds, after }: PathStep): Promise<string | undefined> {
  const obstacle = stage.obstacleTo(choice);
  if (obstacle !== undefined) {
    return `the job can't follow: ${obstacle}`;
  }
  const did = (await stage.play(choice)).map(describeOutward);
  return (
    compare(deeds.flatMap(outwardOf).map(describeOutward), did) ?? compare(describeState(after), describeState(stage.state))
  );
}

function compare(expected: readonly string[], actual: readonly string[]): string | undefined {
  const length = Math.max(expected.length, actual.length);
  const place = Array.from({ length }, (_, index) => index).find((index) => expected[index] !== actual[index]);
  return place === undefined
    ? undefined
    : `expected ${expected[place] ?? 'nothing else'}, got ${actual[place] ?? 'nothing else'}`;
}

const outwardOf = (deed: Deed): Outward[] =>
  deed.kind === 'event' || deed.kind === 'called' || deed.kind === 'aborted' ? [deed] : [];

/** The part of an action that is compared; the length of a backoff is not. */
function describeOutward(outward: Outward): string {
  if (outward.kind !== 'event') {
    const { kind, isUndo, task, attempt } = outward;
    return `${kind === 'called' ? 'the call' : 'the abort'} of ${isUndo ? 'the undo of ' : ''}${task} (attempt ${attempt})`;
  }
  const { type, from, to, ...more } = outward.event;
  const { task, attempt, step, reason, origin, failedTask, ending } = more as Record<string, unknown>;
  const given = { task, attempt, step, failedTask, ending, reason: task === undefined ? undefined : reason, origin };
  const details = Object.entries(given).filter(([, value]) => value !== undefined);
  const parts = [`${from} -> ${to}`, ...details.map(([key, value]) => `${key} ${String(value)}`)];
  return `the event ${type} (${parts.join(', ')})`;
}

function describeState({ job, undo, tasks, timers }: RestState): string[] {
  return [
    `the job in state ${job}`,
    ...(undo === undefined ? [] : [`an undo that is reported as ${undo}`]),
    ...tasks.map(
      ({ name, state, runningAttempt }) =>
        `${name} in state ${state}${runningAttempt === undefined ? '' : ` with attempt ${runningAttempt}`}`,
    ),
    ...timers.map(({ task, timer }) => `a pending ${timer} timer of ${task ?? 'the job'}`).sort(),
  ];
}
