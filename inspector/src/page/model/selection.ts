/** What can be looked at in a job. */
export const TABS = ['graph', 'timeline', 'machine'] as const;
export type Tab = (typeof TABS)[number];

/** What is looked at. It stands in the hash of the address, so that it is still there when the page is loaded again. */
export interface Selection {
  /** The session of a job, or of another actor without a parent; undefined for whichever is the newest. */
  readonly root: string | undefined;
  /** The name of a task, or the session of an actor. */
  readonly part: string | undefined;
  readonly tab: Tab;
}

export function readSelection(hash: string): Selection {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    root: values.get('job') ?? undefined,
    part: values.get('task') ?? undefined,
    tab: TABS.find((tab) => tab === values.get('tab')) ?? 'graph',
  };
}

export function writeSelection({ root, part, tab }: Selection): string {
  const values = Object.entries({ job: root, task: part, tab: tab === 'graph' ? undefined : tab });
  const known = values.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `#${new URLSearchParams(known)}`;
}
