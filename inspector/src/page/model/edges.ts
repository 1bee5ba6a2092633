import type { Task } from './job.ts';
import type { Why } from './why.ts';

/** What a task requires before it runs, in sentences that name tasks. */
export function requirementsOf({ dependencies, shown = {} }: Task['input']): Why[] {
  const { settled = [], anyOf = [], when } = shown;
  const others = new Set([...settled, ...anyOf.flat()]);
  const completed = dependencies.filter((name) => !others.has(name));
  return [
    ...(completed.length > 0 ? [{ text: 'Depends on', tasks: completed }] : []),
    ...(settled.length > 0 ? [{ text: 'Waits for the end of', tasks: settled }] : []),
    ...anyOf.map((tasks) => ({ text: 'Needs one of', tasks })),
    ...(when === undefined
      ? []
      : [{ text: when === 'when' ? 'Runs only if its condition holds.' : `Runs only ${when}.`, tasks: [] }]),
  ];
}
