import type { ComponentChildren } from 'preact';
import { countStates, type Job, stateOfJob } from '../model/job.ts';
import { errorTitle } from '../model/plain-text.ts';
import { endOfJob } from '../model/why.ts';
import { WhyText } from '../panel/why-text.tsx';
import { Elapsed } from '../parts/elapsed.tsx';
import { StateBadge } from '../parts/state-badge.tsx';

/** The state of a job. */
export function JobHeader(props: {
  readonly job: Job;
  readonly onSelect: (task: string) => void;
  readonly children: ComponentChildren;
}) {
  const { job, onSelect, children } = props;
  const { id, startedAt, endedAt, latestAt, input } = job;
  const state = stateOfJob(job);
  const hasEndedEarly = !['idle', 'running', 'completed'].includes(state);
  const end = hasEndedEarly ? endOfJob(job) : undefined;
  return (
    <header class="job-header">
      <div class="title">
        <h1>{id}</h1>
        <StateBadge state={state} />
        <Elapsed from={startedAt} to={endedAt} latestAt={latestAt} />
        {children}
      </div>
      {end !== undefined && (
        <div class="end">
          <WhyText why={end} onSelect={onSelect} />
          {end.detail !== undefined && <code>{errorTitle(end.detail)}</code>}
        </div>
      )}
      <ul class="counts" aria-label={`${input.tasks} tasks by state`}>
        {countStates(job).map(([one, count]) => (
          <li key={one}>
            <StateBadge state={one} count={count} />
          </li>
        ))}
      </ul>
    </header>
  );
}
