import type { StopReason } from '../../machines/events.ts';
import type { EndState } from '../../machines/messages.ts';
import type { Coordinator } from '../../runtime/machines/coordinator.ts';
import type { NamedAction } from '../tables/local-machine.ts';
import type { ModelAttempts } from './model-attempts.ts';
import type { ModelTask } from './model-task.ts';

interface Params {
  readonly task: string;
  readonly attempt: number;
  readonly reason: StopReason;
  readonly cause: unknown;
  readonly state: EndState;
}

const paramsOf = ({ params }: NamedAction): Partial<Params> => (params ?? {}) as Partial<Params>;

/** The name of the task that an action is about. */
export const nameIn = (action: NamedAction): string => paramsOf(action).task ?? '';

/** Performs the actions of the machines, as the runtime's provided actions do; actions the model does not cover do nothing. */
export function carryOut(
  action: NamedAction,
  task: ModelTask,
  coordinator: Coordinator<ModelTask>,
  attempts: ModelAttempts,
  end: { failedTask?: string },
): void {
  const { attempt, reason, cause, state } = paramsOf(action) as Params;
  switch (action.type) {
    case 'spawnTasks':
      coordinator.spawnTasks();
      break;
    case 'scheduleRoots':
      coordinator.scheduleRoots();
      break;
    case 'notifyDependents':
      coordinator.notifyDependents(task);
      break;
    case 'enqueueTask':
      coordinator.enqueueTask(task);
      break;
    case 'grantSlot':
      coordinator.grantSlot();
      break;
    case 'stopTasks':
      if (reason === 'jobFailed') {
        end.failedTask = cause as string;
      }
      coordinator.stopTasks(reason);
      break;
    case 'stopTask':
      coordinator.stopTask(task, reason);
      break;
    case 'saveEnd':
      coordinator.endSaved(state === 'failed' ? end : {});
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
