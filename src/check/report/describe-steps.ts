import type { Deed, PathStep } from './trace.ts';

/** Numbered steps, with what each machine did indented below. */
export function describeSteps(steps: readonly PathStep[]): string[] {
  return steps.flatMap(({ description, deeds }, index) => [
    `  ${index + 1}. ${description}`,
    ...deeds.map((deed) => `       ${describeDeed(deed)}`),
  ]);
}

function describeDeed(deed: Deed): string {
  switch (deed.kind) {
    case 'took': {
      const move = deed.from === deed.to ? `stays in ${deed.to}` : `${deed.from} -> ${deed.to}`;
      return [`${deed.machine} receives ${deed.message}: ${move}`, ...deed.counted].join(', ');
    }
    case 'event': {
      const { type, from, to } = deed.event;
      return `emits ${type}${'task' in deed.event ? ` for ${deed.event.task}` : ''}: ${from} -> ${to}`;
    }
    case 'called':
      return `calls ${deed.isUndo ? 'the undo' : 'the function'} of ${deed.task} (attempt ${deed.attempt})`;
    case 'aborted':
      return `aborts the signal of ${deed.isUndo ? 'the undo of ' : ''}${deed.task} (attempt ${deed.attempt})`;
    case 'cancelled':
      return 'the job is cancelled in this call';
    case 'refused':
      return `${deed.message} was sent to ${deed.machine === undefined ? 'no machine' : `${deed.machine}, which has ended`}`;
  }
}
