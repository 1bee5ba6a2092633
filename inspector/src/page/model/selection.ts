/** The views of a job. */
export const TABS = ['graph', 'timeline', 'machine'] as const;
export type Tab = (typeof TABS)[number];

/** What the page shows. It is stored in the URL's hash, so it survives a reload. */
export interface Selection {
  /** The session id of a job or another root actor; undefined for the newest one. */
  readonly root: string | undefined;
  /** The name of a task, or the session id of an actor. */
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
