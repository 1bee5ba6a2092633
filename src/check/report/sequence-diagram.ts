import { mermaidText } from '../../workflow/mermaid-text.ts';
import type { Deed, PathStep } from './trace.ts';

/** Steps as a Mermaid sequence diagram of the job, its tasks and the outside world. */
export function sequenceDiagram(tasks: readonly string[], steps: readonly PathStep[]): string {
  const aliases = new Map(tasks.map((name, index) => [name, `task${index}`]));
  // What undoes a task has the lifeline of the task.
  const aliasOf = (task: string) => (aliases.get(task) ?? aliases.get(task.replace('the undo of ', ''))) as string;
  const lines = ['sequenceDiagram', '  participant world', '  participant job'];
  for (const [name, alias] of aliases) {
    lines.push(`  participant ${alias} as ${mermaidText(name)}`);
  }
  const first = tasks.length === 0 ? 'job' : aliasOf(tasks.at(-1) as string);
  for (const [index, { description, deeds }] of steps.entries()) {
    lines.push(`  Note over world,${first}: ${index + 1}. ${mermaidText(description)}`);
    for (const deed of deeds) {
      lines.push(...linesOf(deed, aliasOf).map((line) => `  ${line}`));
    }
  }
  return lines.join('\n');
}

const FROM_JOB = new Set([
  'dependency.settled',
  'slot.granted',
  'task.cancel',
  'task.stop',
  'undo.planned',
  'ending.saved',
  'end.saved',
]);

function linesOf(deed: Deed, aliasOf: (task: string) => string): string[] {
  switch (deed.kind) {
    case 'took': {
      const receiver = deed.isJob ? 'job' : aliasOf(deed.machine);
      const move = deed.from === deed.to ? [] : [`Note over ${receiver}: ${mermaidText(`${deed.from} → ${deed.to}`)}`];
      return [`${senderOf(deed, aliasOf)}->>${receiver}: ${mermaidText(deed.message)}`, ...move];
    }
    case 'called':
      return [`${aliasOf(deed.task)}-)world: calls the ${deed.isUndo ? 'undo' : 'function'} (attempt ${deed.attempt})`];
    case 'aborted':
      return [`${aliasOf(deed.task)}-)world: aborts the signal (attempt ${deed.attempt})`];
    case 'cancelled':
      return ['Note over world: the job is cancelled in this call'];
    case 'refused':
      return [`Note over job: ${mermaidText(deed.message)} has no receiver`];
    case 'event':
      return [];
  }
}

function senderOf({ message, sender }: Deed & { kind: 'took' }, aliasOf: (task: string) => string): string {
  if (sender !== undefined) {
    return aliasOf(sender);
  }
  return FROM_JOB.has(message) ? 'job' : 'world';
}
