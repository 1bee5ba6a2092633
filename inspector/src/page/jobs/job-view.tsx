import { useMemo, useState } from 'preact/hooks';
import { CancelJob } from '../control/cancel-job.tsx';
import { Graph } from '../graph/graph.tsx';
import { type Job, sizeOf, tasksOf } from '../model/job.ts';
import { matching, nextMatch } from '../model/search.ts';
import type { Selection } from '../model/selection.ts';
import { ActorSections } from '../panel/actor-sections.tsx';
import { TaskPanel } from '../panel/task-panel.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { JobHeader } from './job-header.tsx';
import { JobTimeline } from './job-timeline.tsx';
import { SearchField } from './search-field.tsx';
import { graphTasks } from './task-facts.ts';
import { useComplete } from './use-complete.ts';

/** A tintype job: its tasks as a graph and over time, and the details of the selected task. */
export function JobView(props: {
  readonly job: Job;
  readonly selection: Selection;
  readonly onSelect: (part: Partial<Selection>) => void;
  readonly nameOf: (sessionId: string) => string;
}) {
  const { job, selection, onSelect, nameOf } = props;
  const { part, tab } = selection;
  const [query, setQuery] = useState('');
  const tasks = useMemo(() => graphTasks(job), [job, job.version]);
  const names = useMemo(() => tasks.map(({ name }) => name), [tasks.length]);
  const matches = useMemo(() => matching(names, query), [names, query]);
  const found = useMemo(() => (query.trim() === '' ? undefined : new Set(matches)), [matches]);
  const isComplete = useComplete(tasks.length, sizeOf(job));
  const selectTask = (name: string | undefined) => onSelect({ part: name });
  const task = part === undefined ? undefined : tasksOf(job).find(({ input }) => input.task === part);
  const close = () => {
    selectTask(undefined);
    // Otherwise the focus would disappear with the panel.
    document.querySelector<SVGElement>('.drawing')?.focus();
  };
  useKeys({ Escape: close });

  return (
    <main class={task === undefined ? 'job-view' : 'job-view with-panel'}>
      <JobHeader job={job} onSelect={selectTask}>
        <CancelJob job={job} />
      </JobHeader>
      <div class="views">
        <Tabs
          selected={tab}
          onSelect={(next) => onSelect({ tab: next })}
          beside={
            <SearchField
              query={query}
              count={matches.length}
              onQuery={setQuery}
              onNext={(step) => selectTask(nextMatch(matches, part, step))}
            />
          }
        >
          {tab === 'graph' && tasks.length === 0 && <p class="empty">This job has no tasks.</p>}
          {tab === 'graph' && tasks.length > 0 && isComplete && (
            <Graph tasks={tasks} matches={found} selected={task?.input.task} onSelect={selectTask} />
          )}
          {tab === 'timeline' && <JobTimeline job={job} query={query} selected={task?.input.task} onSelect={selectTask} />}
          {tab === 'machine' && <ActorSections actor={job} nameOf={nameOf} />}
        </Tabs>
      </div>
      {task !== undefined && (
        <TaskPanel key={task.sessionId} job={job} task={task} nameOf={nameOf} onSelect={selectTask} onClose={close} />
      )}
    </main>
  );
}
