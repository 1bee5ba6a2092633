import { SendEvent } from '../control/send-event.tsx';
import { type Actor, fullState } from '../model/actor.ts';
import { ActorSections } from '../panel/actor-sections.tsx';
import { Elapsed } from '../parts/elapsed.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { ActorTree } from './actor-tree.tsx';

/** An XState actor and its descendants, and the details of the selected one. */
export function ActorView(props: {
  readonly root: Actor;
  readonly selected: Actor;
  readonly onSelect: (sessionId: string) => void;
  readonly nameOf: (sessionId: string) => string;
}) {
  const { root, selected, onSelect, nameOf } = props;
  const { id, status, startedAt, endedAt, value, isMachine, sessionId } = selected;
  return (
    <main class="actor-view">
      <ActorTree root={root} selected={sessionId} onSelect={onSelect} />
      <section class="actor" aria-labelledby="actor-title">
        <header class="job-header">
          <div class="title">
            <h1 id="actor-title">{id}</h1>
            <StateBadge state={status} />
            {isMachine && <code>{fullState(value)}</code>}
            <Elapsed from={startedAt} to={endedAt} latestAt={root.latestAt} />
          </div>
        </header>
        <SendEvent key={sessionId} actor={selected} />
        <ActorSections key={sessionId} actor={selected} nameOf={nameOf} />
      </section>
    </main>
  );
}
