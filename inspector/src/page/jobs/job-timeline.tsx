import { useMemo } from 'preact/hooks';
import type { Job } from '../model/job.ts';
import { useNow } from '../parts/use-now.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { timelineTasks } from './task-facts.ts';

/** The tasks of a job over time. */
export function JobTimeline(props: {
  readonly job: Job;
  readonly query: string;
  readonly selected: string | undefined;
  readonly onSelect: (task: string) => void;
}) {
  const { job, query, selected, onSelect } = props;
  const { startedAt, endedAt, latestAt } = job;
  const now = useNow(endedAt === undefined, latestAt);
  const tasks = useMemo(() => timelineTasks(job), [job, job.version]);
  return (
    <Timeline tasks={tasks} from={startedAt} to={endedAt} now={now} query={query} selected={selected} onSelect={onSelect} />
  );
}
