import type { ComponentChildren } from 'preact';
import { endOfJob } from '../model/end-of-job.ts';
import { countStates, type Job, sizeOf, stateOfJob } from '../model/job.ts';
import { errorTitle } from '../model/plain-text.ts';
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
  const { id, startedAt, endedAt, latestAt } = job;
  const state = stateOfJob(job);
  const end = endOfJob(job);
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
      <ul class="counts" aria-label={`${sizeOf(job)} tasks by state`}>
        {countStates(job).map(([one, count]) => (
          <li key={one}>
            <StateBadge state={one} count={count} />
          </li>
        ))}
      </ul>
    </header>
  );
}
