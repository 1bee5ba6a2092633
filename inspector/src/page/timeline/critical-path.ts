import type { Span, TimelineTask } from './timeline-task.ts';

/** A period during which a job depended on one task. */
export interface Link {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** What ended when this link began. */
  readonly after: 'dependency' | 'slot' | 'nothing';
}

/**
 * Returns the chain of tasks that determined how long a job took; whatever is still running counts as ending now. It is traced back
 * from the end:
 *
 * - The last link is the task that ended last; of several, the one that started first.
 * - A task that waited for a slot got it when an attempt ended: the last attempt that ended during the task's latest wait. That attempt is
 *   the previous link; what its own task did later doesn't count.
 * - Otherwise, the previous link is the dependency that ended last, since it made the task ready.
 * - A task that neither waited nor has a dependency that ran is the first link. It begins when the task became ready.
 *
 * A link begins where the previous one ends, so links don't overlap, and together they cover the time from the first one's start to the
 * end. A link includes the task's attempts, its waits and backoffs, and the short time until its end was reported.
 */
export function criticalPath(tasks: readonly TimelineTask[], now: number): Link[] {
  const history = new History(tasks, now);
  const links: Link[] = [];
  let at = history.last();
  while (at !== undefined) {
    const before = history.before(at);
    const { name } = at.task;
    links.push({ name, from: before?.moment.time ?? startOf(at), to: at.time, after: before?.after ?? 'nothing' });
    at = before?.moment;
  }
  return links.reverse();
}

/** A task at a point in time. */
interface Moment {
  readonly task: TimelineTask;
  readonly time: number;
}

interface Before {
  readonly moment: Moment;
  readonly after: 'dependency' | 'slot';
}

interface Attempt extends Moment {
  readonly span: Span;
}

const startOf = ({ task, time }: Moment): number => Math.min(time, task.spans[0]?.from ?? time);

class History {
  readonly #now: number;
  readonly #byName: ReadonlyMap<string, TimelineTask>;
  /** In the order they ended; of those that ended together, the longest last. */
  readonly #attempts: readonly Attempt[];
  /** Inconsistent data could lead in a circle. */
  readonly #seen = new Set<TimelineTask | Span>();

  constructor(tasks: readonly TimelineTask[], now: number) {
    this.#now = now;
    this.#byName = new Map(tasks.map((task) => [task.name, task]));
    this.#attempts = tasks
      .flatMap((task) => task.spans.filter(isAttempt).map((span) => ({ task, span, time: this.#endOf(span) })))
      .sort((one, other) => one.time - other.time || other.span.from - one.span.from);
  }

  /** The task that ended last. */
  last(): Moment | undefined {
    const ends = [...this.#byName.values()].flatMap((task) => this.#end(task) ?? []);
    return latest(ends);
  }

  before(moment: Moment): Before | undefined {
    this.#seen.add(moment.task);
    return this.#slotBefore(moment) ?? this.#dependencyBefore(moment);
  }

  #slotBefore({ task, time }: Moment): Before | undefined {
    const wait = task.spans.findLast(
      (span) => span.kind === 'waiting' && this.#endOf(span) <= time && this.#endOf(span) > span.from,
    );
    const attempt = wait && this.#freeing(wait);
    if (attempt === undefined) {
      return undefined;
    }
    this.#seen.add(attempt.span);
    return { moment: attempt, after: 'slot' };
  }

  /** The last attempt that ended during a wait; never one of the waiting task. */
  #freeing({ from, to }: Span): Attempt | undefined {
    for (let index = this.#countUntil(to ?? this.#now) - 1; index >= 0; index -= 1) {
      const attempt = this.#attempts[index] as Attempt;
      if (attempt.time <= from) {
        return undefined;
      }
      if (attempt.span.to !== undefined && !this.#seen.has(attempt.span)) {
        return attempt;
      }
    }
    return undefined;
  }

  /** The number of attempts that had ended by a time. */
  #countUntil(time: number): number {
    let [low, high] = [0, this.#attempts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      [low, high] = (this.#attempts[middle] as Attempt).time <= time ? [middle + 1, high] : [low, middle];
    }
    return low;
  }

  #dependencyBefore(moment: Moment): Before | undefined {
    const ready = startOf(moment);
    const ends = moment.task.dependencies.flatMap((name) => {
      const task = this.#byName.get(name);
      return task === undefined || this.#seen.has(task) ? [] : (this.#end(task) ?? []);
    });
    const found = latest(ends);
    return found && { moment: { task: found.task, time: Math.min(found.time, ready) }, after: 'dependency' };
  }

  #end(task: TimelineTask): Moment | undefined {
    const last = task.spans.at(-1);
    return last && { task, time: this.#endOf(last) };
  }

  #endOf({ from, to }: Span): number {
    return Math.max(from, to ?? this.#now);
  }
}

const isAttempt = ({ kind }: Span): boolean => kind === 'running';

/** The latest moment; of simultaneous ones, the task that started first. */
function latest(moments: readonly Moment[]): Moment | undefined {
  const [first, ...rest] = moments;
  return first && rest.reduce((best, one) => (isLater(one, best) ? one : best), first);
}

const isLater = (one: Moment, other: Moment): boolean =>
  one.time > other.time || (one.time === other.time && startOf(one) < startOf(other));
