import { type Actor, fullState } from '../model/actor.ts';
import { useMore } from '../parts/more.tsx';
import { StateBadge } from '../parts/state-badge.tsx';

const AT_ONCE = 200;

interface ActorTreeProps {
  readonly root: Actor;
  readonly selected: string;
  readonly onSelect: (sessionId: string) => void;
}

/** An actor and its descendants. */
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
  const [most, more] = useMore(children.length, AT_ONCE);
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
          {children.slice(-most).map((child) => (
            <Branch key={child.sessionId} root={child} selected={selected} onSelect={onSelect} />
          ))}
        </ul>
      )}
      {more}
    </li>
  );
}
