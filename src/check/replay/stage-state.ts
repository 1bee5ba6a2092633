import type { JobEmitted, TaskEmitted, UndoEmitted } from '../../machines/events.ts';
import type { Job } from '../../runtime/job.ts';
import { quote } from '../../values/describe-value.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import type { Choice, Policy } from '../model/choice.ts';
import type { CallDeed, RestState } from '../report/trace.ts';
import type { ManualClock } from './manual-clock.ts';
import type { ReplayDelays } from './replay-delays.ts';
import type { StagedAttempts } from './staged-attempts.ts';

/** What a job does that is visible from outside. */
export type Outward = { readonly kind: 'event'; readonly event: TaskEmitted | UndoEmitted | JobEmitted } | CallDeed;

/** What the retry policy of a task decides; undefined if the choice doesn't include it. */
export const policyFor = (task: string, chosen: Choice | undefined): Policy | undefined =>
  chosen !== undefined && 'policy' in chosen && chosen.task === task ? chosen.policy : undefined;

/** Why a choice can't be taken now; undefined if it can. */
export function obstacleTo(
  choice: Choice,
  attempts: StagedAttempts,
  clock: ManualClock,
  delays: ReplayDelays,
): string | undefined {
  if (choice.kind === 'crash' && choice.recorded !== undefined) {
    return obstacleTo(choice.recorded, attempts, clock, delays);
  }
  const runner = choice.kind === 'attempt' || choice.kind === 'crash' ? choice.task : undefined;
  if (runner !== undefined && !attempts.lastOf(runner)?.isActive()) {
    return `no attempt of ${quote(runner)} is running`;
  }
  if ('inFlight' in choice && choice.inFlight?.kind === 'start') {
    return undefined;
  }
  if (choice.kind === 'timer' && !clock.delays.includes(delays.of(choice))) {
    return `the ${choice.timer} timer of ${choice.task === undefined ? 'the job' : quote(choice.task)} is not pending`;
  }
  return undefined;
}

/**
 * A real job at rest.
 * @param undo what the result says about it, if the job has one and tasks can be undone
 */
export function restOf(
  job: Job,
  undo: RestState['undo'],
  specs: readonly TaskSpec[],
  attempts: StagedAttempts,
  timers: RestState['timers'],
): RestState {
  const { state, tasks } = job.snapshot();
  return {
    job: state,
    ...(undo !== undefined && { undo }),
    tasks: specs.map(({ name }) => {
      const last = attempts.lastOf(name);
      return {
        name,
        state: tasks.get(name)?.state ?? 'unscheduled',
        ...(last?.isActive() && { runningAttempt: last.attempt }),
      };
    }),
    timers,
  };
}
