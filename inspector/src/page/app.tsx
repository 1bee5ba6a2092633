import { ActorView } from './actors/actor-view.tsx';
import { JobList } from './jobs/job-list.tsx';
import { JobView } from './jobs/job-view.tsx';
import type { Actor } from './model/actor.ts';
import { isJob } from './model/job.ts';
import type { Selection } from './model/selection.ts';
import type { Store } from './model/store.ts';
import { Announcements } from './parts/announcements.tsx';
import { KeyHelp } from './parts/key-help.tsx';
import { PageContext, type PageState } from './parts/page-context.ts';
import { useKeys } from './parts/use-keys.ts';
import { useSelection } from './parts/use-selection.ts';
import { useStore } from './parts/use-store.ts';

/** The page. */
export function App({ store, state, isLive }: { readonly store: Store; readonly state: PageState; readonly isLive: boolean }) {
  useStore(store);
  const [selection, select] = useSelection();
  const { roots, actors } = store;
  const root = roots.find(({ sessionId }) => sessionId === selection.root) ?? roots.at(-1);
  const selectRoot = (sessionId: string) => select({ ...selection, root: sessionId, part: undefined });
  const selectPart = (part: Partial<Selection>) => select({ ...selection, root: root?.sessionId, ...part });
  const step = (by: 1 | -1) => {
    // The newest is the first of the list.
    const next = root && roots[roots.indexOf(root) - by];
    if (next !== undefined) {
      selectRoot(next.sessionId);
    }
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  const nameOf = (sessionId: string) => actors.get(sessionId)?.id ?? sessionId;

  return (
    <PageContext.Provider value={state}>
      <div class="page">
        <JobList roots={roots} selected={root?.sessionId} onSelect={selectRoot} />
        <KeyHelp />
        {state.endedAt !== undefined && (
          <p class="notice" role="status">
            Disconnected: the process exited or stopped the inspector. This is its last known state.
          </p>
        )}
        <Chosen root={root} selection={selection} actors={actors} onSelect={selectPart} nameOf={nameOf} isLive={isLive} />
        <Announcements root={root} />
      </div>
    </PageContext.Provider>
  );
}

function Chosen(props: {
  readonly root: Actor | undefined;
  readonly selection: Selection;
  readonly actors: ReadonlyMap<string, Actor>;
  readonly onSelect: (part: Partial<Selection>) => void;
  readonly nameOf: (sessionId: string) => string;
  readonly isLive: boolean;
}) {
  const { root, selection, actors, onSelect, nameOf, isLive } = props;
  if (root === undefined) {
    return (
      <main class="empty">
        <h1>{isLive ? 'No jobs yet' : 'Loading the report…'}</h1>
        {isLive && (
          <p>
            Pass <code>inspector.inspect</code> to <code>run()</code>, and jobs appear here.
          </p>
        )}
      </main>
    );
  }
  if (isJob(root)) {
    return <JobView key={root.sessionId} job={root} selection={selection} onSelect={onSelect} nameOf={nameOf} />;
  }
  const selected = actors.get(selection.part ?? '') ?? root;
  return <ActorView root={root} selected={selected} onSelect={(part) => onSelect({ part })} nameOf={nameOf} />;
}
