import type { JobEvent, JobState, TaskState } from '../machines/events.ts';
import { isLastPhase } from '../machines/last-phases.ts';
import { onOneLine } from '../values/describe-value.ts';
import { endsJob } from './ends-job.ts';
import { LOOKS } from './task-drawing.ts';

/** A task that gets its own line. */
interface Moving {
  readonly state: 'running' | 'backingOff';
  readonly isUndo: boolean;
  readonly attempt: number;
  /** When it entered this state. */
  readonly since: number;
  /** The length of the backoff, in milliseconds. */
  readonly delay: number;
}

/** The size of the terminal. */
interface Space {
  readonly rows: number;
}

const COUNTED: readonly (readonly [TaskState, string])[] = [
  ['running', 'running'],
  ['ready', 'ready'],
  ['backingOff', 'backing off'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
  ['skipped', 'skipped'],
  ['undoing', 'undoing'],
  ['undone', 'undone'],
  ['undoFailed', 'undo failed'],
];

/** Tracks a job by its events and summarizes it in a few lines. */
export class ProgressBoard {
  readonly #states: Map<string, TaskState>;
  readonly #moving = new Map<string, Moving>();
  /** How many tasks were skipped by their condition or because of a dependency: the job does not need them. */
  #unneeded = 0;
  #retries = 0;
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #phase: JobState | undefined;

  constructor(tasks: Iterable<string>) {
    this.#states = new Map(Array.from(tasks, (name) => [name, 'unscheduled']));
  }

  note(event: JobEvent): void {
    if (!('task' in event)) {
      this.#startedAt ??= event.at;
      this.#phase = event.to;
      this.#endedAt = endsJob(event) ? event.at : undefined;
      return;
    }
    const { task, to, at, attempt } = event;
    this.#states.set(task, to);
    this.#unneeded += event.to === 'skipped' && !event.reason.startsWith('job') ? 1 : 0;
    this.#moving.delete(task);
    const isUndo = event.type === 'task.undoing';
    const state = isUndo ? event.step : to;
    if (state === 'running' || state === 'backingOff') {
      const delay = 'delay' in event ? (event.delay as number) : 0;
      this.#moving.set(task, { state, isUndo, attempt, since: at, delay });
      this.#retries += state === 'running' && attempt > 1 ? 1 : 0;
    }
  }

  /** The counts, then the running and backing-off tasks, longest first, as many as fit. */
  lines(now: number, { rows }: Space): string[] {
    const moving = [...this.#moving].map(([task, one]) => describe(task, one, now));
    const space = Math.max(rows - 2, 0);
    const shown = moving.length > space ? [...moving.slice(0, space - 1), `  … ${moving.length - space + 1} more`] : moving;
    return [this.summary(now), ...(space > 0 ? shown : [])];
  }

  /** One line: how many of the needed tasks have completed, how many are in other states, and the time taken. */
  summary(now: number): string {
    const counts = new Map<TaskState, number>();
    for (const state of this.#states.values()) {
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    const count = (state: TaskState) => counts.get(state) ?? 0;
    const others = COUNTED.map(([state, words]) => [count(state), words] as const).filter(([number]) => number > 0);
    const phase = isLastPhase(this.#phase) ? `${this.#phase}: ` : '';
    return [
      `${phase}${count('completed')} of ${this.#states.size - this.#unneeded} completed`,
      ...others.map(([number, words]) => `${number} ${words}`),
      ...(this.#retries > 0 ? [`${this.#retries} ${this.#retries === 1 ? 'retry' : 'retries'}`] : []),
      seconds((this.#endedAt ?? now) - (this.#startedAt ?? now)),
    ].join(', ');
  }
}

function describe(task: string, { state, isUndo, attempt, since, delay }: Moving, now: number): string {
  const { sign } = LOOKS[isUndo && state === 'running' ? 'undoing' : state];
  const name = `${isUndo ? 'undo ' : ''}${onOneLine(task)}`;
  return state === 'running'
    ? `  ${sign} ${name}${attempt > 1 ? `, attempt ${attempt}` : ''}, ${seconds(now - since)}`
    : `  ${sign} ${name}, retry in ${seconds(since + delay - now)}`;
}

const seconds = (milliseconds: number): string => `${(Math.max(milliseconds, 0) / 1000).toFixed(1)} s`;
