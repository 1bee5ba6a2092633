import type { Span, TimelineTask } from '../../inspector/src/page/timeline/timeline-task.ts';

/** What a task of a simulated job does: how long each of its attempts takes, of which the last completes. */
export interface Plan {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly attempts: readonly number[];
  readonly backoff: number;
}

/** Runs tasks in simulated time with so many slots, first come, first served, and gives what a timeline shows of it. */
export function simulatedSpans(plans: readonly Plan[], slots: number, start = 0): TimelineTask[] {
  const tasks = new Map(plans.map((plan) => [plan.name, { plan, spans: [] as Span[], missing: plan.dependencies.length }]));
  const due: { at: number; act: (at: number) => void }[] = [];
  const queue: { readonly name: string; readonly since: number }[] = [];
  let free = slots;

  const later = (at: number, act: (at: number) => void) => {
    due.push({ at, act });
    due.sort((one, other) => one.at - other.at);
  };
  const getReady = (name: string, at: number) => {
    queue.push({ name, since: at });
    grant(at);
  };
  const grant = (at: number) => {
    while (free > 0 && queue.length > 0) {
      const { name, since } = queue.shift()!;
      free -= 1;
      begin(name, since, at);
    }
  };
  const begin = (name: string, since: number, at: number) => {
    const { plan, spans } = tasks.get(name)!;
    const attempt = spans.filter(({ kind }) => kind === 'running').length + 1;
    const isLast = attempt === plan.attempts.length;
    spans.push({ kind: 'waiting', from: since, to: at, attempt: attempt - 1 });
    later(at + plan.attempts[attempt - 1]!, (end) => {
      spans.push({ kind: 'running', from: at, to: end, attempt, outcome: isLast ? 'completed' : 'failed' });
      free += 1;
      if (isLast) {
        complete(name, end);
      } else {
        spans.push({ kind: 'backingOff', from: end, to: end + plan.backoff, attempt });
        later(end + plan.backoff, (ready) => getReady(name, ready));
      }
      grant(end);
    });
  };
  const complete = (name: string, at: number) => {
    for (const { plan, ...task } of tasks.values()) {
      if (plan.dependencies.includes(name)) {
        tasks.get(plan.name)!.missing = task.missing - 1;
        if (task.missing === 1) getReady(plan.name, at);
      }
    }
  };

  for (const { name, dependencies } of plans) {
    if (dependencies.length === 0) getReady(name, start);
  }
  while (due.length > 0) {
    const { at, act } = due.shift()!;
    act(at);
  }
  return [...tasks.values()].map(({ plan, spans }) => ({
    name: plan.name,
    dependencies: plan.dependencies,
    state: 'completed',
    spans,
  }));
}
