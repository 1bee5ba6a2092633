import type { Deed, PathStep } from './trace.ts';

/** Steps with their numbers, and what each machine did, indented. */
export function describeSteps(steps: readonly PathStep[]): string[] {
  return steps.flatMap(({ description, deeds }, index) => [
    `  ${index + 1}. ${description}`,
    ...deeds.map((deed) => `       ${describeDeed(deed)}`),
  ]);
}

function describeDeed(deed: Deed): string {
  switch (deed.kind) {
    case 'took': {
      const move = deed.from === deed.to ? `stays ${deed.to}` : `${deed.from} -> ${deed.to}`;
      return [`${deed.machine} takes ${deed.message}: ${move}`, ...deed.counted].join(', ');
    }
    case 'event': {
      const { type, from, to } = deed.event;
      return `tells ${type}${'task' in deed.event ? ` of ${deed.event.task}` : ''}, ${from} -> ${to}`;
    }
    case 'called':
      return `calls the function of ${deed.task}, attempt ${deed.attempt}`;
    case 'aborted':
      return `aborts the signal of ${deed.task}, attempt ${deed.attempt}`;
    case 'cancelled':
      return 'somebody cancels the job in this call';
    case 'refused':
      return `${deed.message} was sent to ${deed.machine === undefined ? 'nobody' : `${deed.machine}, which has ended`}`;
  }
}
