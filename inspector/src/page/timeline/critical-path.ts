import type { Span, TimelineTask } from './timeline-task.ts';

/** The time for which a job depended on one task. */
export interface Link {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** What ended when this began. */
  readonly after: 'dependency' | 'slot' | 'nothing';
}

/**
 * Gives the chain of tasks that made a job take as long as it did; what still goes on ends now. It is found from its end:
 *
 * - The last link is the task that ended last; of several, the one that began first.
 * - A task that had to wait for a slot could go on when an attempt ended that held one: the last one that ended in the time of the latest
 *   wait. That attempt is the link before; what its own task did later does not count.
 * - Otherwise, the link before is the dependency that ended last, since it made the task ready.
 * - A task that neither had to wait nor has a dependency that ran is the first link. It begins when it became ready.
 *
 * A link begins where the one before ends, so that they don't overlap, and what they took is the time from the first's start to the end.
 * In it is what the task did, its waits and backoffs, and the little time that passed until it was told.
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

/** A task at a time. */
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
  /** In the order in which they ended; of those that ended at once, the longest last. */
  readonly #attempts: readonly Attempt[];
  /** Data that can't be true might lead in a circle. */
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

  /** The last attempt that ended in a wait, which is never one of the task that waits. */
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

  /** How many attempts have ended at a time. */
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

/** The last of them; of those at once, the task that began first. */
function latest(moments: readonly Moment[]): Moment | undefined {
  const [first, ...rest] = moments;
  return first && rest.reduce((best, one) => (isLater(one, best) ? one : best), first);
}

const isLater = (one: Moment, other: Moment): boolean =>
  one.time > other.time || (one.time === other.time && startOf(one) < startOf(other));
