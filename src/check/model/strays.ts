import type { ReturnChoice } from './choice.ts';
import type { ModelActor, ModelTask } from './model-task.ts';

/** The tasks whose undo may have to wait for a function. */
export const straysOf = ({ announced }: Pick<ModelActor, 'announced'>, tasks: readonly ModelTask[]): ModelTask[] =>
  announced === 'running' || announced === 'undoing' ? tasks.filter(({ isStray }) => isStray) : [];

export const returnOf = ({ name }: ModelTask): ReturnChoice => ({ kind: 'return', task: name });
