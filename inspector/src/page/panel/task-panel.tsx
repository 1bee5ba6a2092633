import { attemptsOf } from '../model/attempts.ts';
import { requirementsOf } from '../model/edges.ts';
import { type Job, stateOfTask, type Task } from '../model/job.ts';
import { whysOf } from '../model/why.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { Statechart } from '../statechart/statechart.tsx';
import { ActorSections } from './actor-sections.tsx';
import { AttemptTable } from './attempt-table.tsx';
import { Section } from './section.tsx';
import { UndoSections } from './undo-sections.tsx';
import { ErrorText } from './value.tsx';
import { WhyText } from './why-text.tsx';

/** Everything known about a task. */
export function TaskPanel(props: {
  readonly job: Job;
  readonly task: Task;
  readonly nameOf: (sessionId: string) => string;
  readonly onSelect: (task: string) => void;
  readonly onClose: () => void;
}) {
  const { job, task, nameOf, onSelect, onClose } = props;
  const { task: name, continueOnFailure, shown } = task.input;
  const attempts = attemptsOf(task.spans);
  const failed = attempts.findLast(({ error }) => error !== undefined);
  const conditionFailure = task.events.findLast((event) => event.name === 'condition.failed')?.data as
    | { error: unknown }
    | undefined;
  return (
    <aside class="panel" aria-labelledby="panel-title">
      <header>
        <h2 id="panel-title">{name}</h2>
        <StateBadge state={stateOfTask(task)} />
        <button type="button" class="close" aria-label="Close" title="Close (Esc)" onClick={onClose}>
          ✕
        </button>
      </header>
      {whysOf(job, task).map((why) => (
        <WhyText key={why.text} why={why} onSelect={onSelect} />
      ))}
      {requirementsOf(task.input).map((why) => (
        <WhyText key={`${why.text} ${why.tasks[0]}`} why={why} onSelect={onSelect} />
      ))}
      {continueOnFailure && <p class="why">Optional: the job continues if this task fails.</p>}
      {shown?.finally && <p class="why">Finally: runs after everything else, however the job ends.</p>}
      {shown?.undo && task.undo === undefined && <p class="why">Can be undone if the job doesn't complete.</p>}
      {attempts.length > 0 && (
        <Section title={`Attempts (${attempts.length})`}>
          <AttemptTable label="Attempts" attempts={attempts} latestAt={job.latestAt} />
        </Section>
      )}
      {failed !== undefined && (
        <Section title={`Error in attempt ${failed.attempt}`}>
          <ErrorText error={failed.error} label={`Error in attempt ${failed.attempt}`} />
        </Section>
      )}
      {task.undo !== undefined && <UndoSections undo={task.undo} latestAt={job.latestAt} />}
      {conditionFailure !== undefined && (
        <Section title="Error of its condition">
          <ErrorText error={conditionFailure.error} label="Error of its condition" />
        </Section>
      )}
      <ActorSections key={task.sessionId} actor={task} nameOf={nameOf} />
      {task.undo !== undefined && (
        <Section title="Statechart of its undo">
          <Statechart machine={task.undo.machine} value={task.undo.value} label={`Statechart of ${task.undo.id}`} />
        </Section>
      )}
    </aside>
  );
}
