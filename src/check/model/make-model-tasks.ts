import type { JobModel } from './model.ts';
import { mentionedOutputs } from './model-outputs.ts';
import { type ModelActor, ModelTask } from './model-task.ts';

/** Makes the linked tasks of a model. */
export function makeModelTasks(model: JobModel, job: ModelActor): ModelTask[] {
  const { graph } = model;
  const outputs = mentionedOutputs(graph.tasks);
  const tasks = graph.tasks.map((spec, index) => new ModelTask(index, spec, outputs.get(spec.name) ?? [], model, job));
  for (const [index, task] of tasks.entries()) {
    for (const dependent of graph.dependents.map(index, (place) => tasks[place] as ModelTask)) {
      task.dependents.push(dependent);
      dependent.dependencies.push(task);
    }
  }
  return tasks;
}
