import { type Actor, fullState } from '../model/actor.ts';
import { StateBadge } from '../parts/state-badge.tsx';

/** Of so many, the latest are shown. */
const MOST_CHILDREN = 200;

interface ActorTreeProps {
  readonly root: Actor;
  readonly selected: string;
  readonly onSelect: (sessionId: string) => void;
}

/** An actor and those below it. */
export function ActorTree(props: ActorTreeProps) {
  return (
    <nav class="actor-tree" aria-label="Actors">
      <ul>
        <Branch {...props} />
      </ul>
    </nav>
  );
}

function Branch({ root, selected, onSelect }: ActorTreeProps) {
  const { id, sessionId, status, isMachine, value, children } = root;
  const rest = children.length - MOST_CHILDREN;
  return (
    <li>
      <button
        type="button"
        class="job"
        aria-current={sessionId === selected ? 'true' : undefined}
        onClick={() => onSelect(sessionId)}
      >
        <span class="job-name">{id}</span>
        <span class="job-facts">
          <StateBadge state={status} />
          {isMachine && <span>{fullState(value)}</span>}
        </span>
      </button>
      {children.length > 0 && (
        <ul>
          {children.slice(-MOST_CHILDREN).map((child) => (
            <Branch key={child.sessionId} root={child} selected={selected} onSelect={onSelect} />
          ))}
        </ul>
      )}
      {rest > 0 && <p class="faint">Of older ones, {rest} are not shown.</p>}
    </li>
  );
}
