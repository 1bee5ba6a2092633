import type { StopReason } from '../../machines/events.ts';
import type { LastPhase } from '../../machines/last-phases.ts';
import type { EndState } from '../../machines/messages.ts';
import type { Coordinator } from '../../runtime/machines/coordinator.ts';
import type { NamedAction } from '../tables/local-machine.ts';
import type { ModelAttempts } from './model-attempts.ts';
import type { ModelDecisions } from './model-decisions.ts';
import type { ModelEnding } from './model-ending.ts';
import type { ModelTask } from './model-task.ts';
import type { UndoTask } from './undo-task.ts';

interface Params {
  readonly task: string;
  readonly attempt: number;
  readonly reason: StopReason;
  readonly output: object | undefined;
  readonly phase: LastPhase;
  readonly state: EndState;
}

/** What performs the actions of a job. */
interface ActingJob {
  readonly coordinator: Coordinator<ModelTask>;
  readonly attempts: ModelAttempts;
  readonly decisions: ModelDecisions;
  readonly ending: ModelEnding;
  readonly firstFailed: ModelTask | undefined;
}

const paramsOf = ({ params }: NamedAction): Partial<Params> => (params ?? {}) as Partial<Params>;

/** The name of the task that an action is about. */
export const nameIn = (action: NamedAction): string => paramsOf(action).task ?? '';

/** Performs the actions of the machines, as the runtime's provided actions do; actions the model does not cover do nothing. */
export function carryOut(
  action: NamedAction,
  task: ModelTask,
  { coordinator, attempts, decisions, ending, firstFailed }: ActingJob,
): void {
  const { attempt, reason, output, phase, state } = paramsOf(action) as Params;
  switch (action.type) {
    case 'spawnTasks':
      coordinator.spawnTasks();
      break;
    case 'scheduleRoots':
      coordinator.scheduleRoots();
      break;
    case 'notifyDependents':
      if (task.isUndo) {
        ending.undone(task as UndoTask);
      } else {
        coordinator.notifyDependents(task);
      }
      break;
    case 'enqueueTask':
      coordinator.enqueueTask(task);
      break;
    case 'grantSlot':
      coordinator.grantSlot();
      break;
    case 'stopTasks':
      coordinator.stopTasks(reason, ending.stoppedFor(reason));
      break;
    case 'stopIdleTasks':
      coordinator.stopIdleTasks(reason, ending.ordinary);
      break;
    case 'planUndo':
      ending.planUndo();
      break;
    case 'scheduleUndo':
      ending.startUndo();
      break;
    case 'scheduleFinals':
      coordinator.schedule(ending.finalRoots);
      break;
    case 'saveEnding':
      ending.enter(phase, state);
      break;
    case 'stopTask':
      coordinator.stopTask(task, reason);
      break;
    case 'saveEnd':
      coordinator.endSaved(state === 'failed' && firstFailed !== undefined ? { failedTask: firstFailed.name } : {});
      break;
    case 'decide':
      decisions.decide(task);
      break;
    case 'mergeOutput':
      task.merge(output);
      break;
    case 'startAttempt':
      attempts.start(task, attempt);
      break;
    case 'expireAttempt':
      attempts.expire(task);
      break;
    case 'abortAttempt':
      attempts.abort(task);
  }
}
