import { Component } from 'preact';
import { type Actor, topState } from '../model/actor.ts';
import { isJob, progressOf, stateOf } from '../model/job.ts';
import { timeText } from '../model/time-text.ts';
import { Elapsed } from '../parts/elapsed.tsx';
import { useMore } from '../parts/more.tsx';
import { StateBadge } from '../parts/state-badge.tsx';

const AT_ONCE = 200;

/** Jobs and other root actors, newest first. */
export function JobList(props: {
  readonly roots: readonly Actor[];
  readonly selected: string | undefined;
  readonly onSelect: (sessionId: string) => void;
}) {
  const { roots, selected, onSelect } = props;
  const [most, more] = useMore(roots.length, AT_ONCE);
  const shown = roots.filter(({ sessionId }, index) => index >= roots.length - most || sessionId === selected);
  return (
    <nav class="jobs" aria-label="Jobs">
      <h2>
        Jobs <span class="faint">{roots.length}</span>
      </h2>
      <ul>
        {shown.toReversed().map((root) => (
          <JobItem
            key={root.sessionId}
            root={root}
            version={root.version}
            isSelected={root.sessionId === selected}
            onSelect={onSelect}
          />
        ))}
      </ul>
      {more}
    </nav>
  );
}

interface JobItemProps {
  readonly root: Actor;
  readonly version: number;
  readonly isSelected: boolean;
  readonly onSelect: (sessionId: string) => void;
}

class JobItem extends Component<JobItemProps> {
  override shouldComponentUpdate(next: JobItemProps): boolean {
    return next.version !== this.props.version || next.isSelected !== this.props.isSelected;
  }

  override render() {
    const { root, isSelected, onSelect } = this.props;
    const { id, sessionId, startedAt, endedAt, latestAt, value, isMachine } = root;
    const progress = isJob(root) ? progressOf(root) : undefined;
    return (
      <li>
        <button type="button" class="job" aria-current={isSelected ? 'true' : undefined} onClick={() => onSelect(sessionId)}>
          <span class="job-name">{id}</span>
          <span class="job-facts">
            <StateBadge state={stateOf(root)} />
            {progress === undefined ? (
              <span>{isMachine ? topState(value) : 'actor'}</span>
            ) : (
              <span>
                {progress.done}/{progress.of} {progress.what}
              </span>
            )}
          </span>
          <span class="job-facts faint">
            {timeText(startedAt)} <Elapsed from={startedAt} to={endedAt} latestAt={latestAt} />
          </span>
          {progress !== undefined && <progress value={progress.done} max={Math.max(1, progress.of)} aria-hidden="true" />}
        </button>
      </li>
    );
  }
}
