import { type Flow, initialContext, isFatal, jobFate, outputOf } from './flows.ts';

/** What has to happen in a job, whatever happens to its processes and stores: a second, much simpler implementation. */
export class Reference {
  readonly #seed: number;
  readonly #flows: ReadonlyMap<string, Flow>;

  constructor(seed: number, flows: readonly Flow[]) {
    this.#seed = seed;
    this.#flows = new Map(flows.map((flow) => [flow.name, flow]));
  }

  /** The context a task must see: the initial values and the outputs of its ancestors. */
  contextOf(job: string, task: string): object {
    const { tasks } = this.#flowOf(job);
    const ancestors = new Set<string>();
    const visit = (name: string) => {
      for (const dependency of tasks.find((one) => one.name === name)?.dependencies ?? []) {
        ancestors.add(dependency);
        visit(dependency);
      }
    };
    visit(task);
    return this.#merged(job, (name) => ancestors.has(name));
  }

  /** The context of the job's result, once it has completed. */
  resultOf(job: string): object {
    return this.#merged(job, () => true);
  }

  /** How the job may end. */
  endsOf(job: string): string[] {
    const { timeout, cancelAfter } = jobFate(this.#seed, job);
    const fails = this.#flowOf(job).tasks.some((task) => !task.isTolerated && isFatal(this.#seed, job, task));
    return [
      fails ? 'failed' : 'completed',
      ...(timeout === undefined ? [] : ['timedOut']),
      ...(cancelAfter === undefined ? [] : ['cancelled']),
    ];
  }

  /** Of tasks that return the same key, the last in workflow order wins. */
  #merged(job: string, isIncluded: (task: string) => boolean): object {
    const outputs = workflowOrder(this.#flowOf(job).tasks)
      .filter((task) => isIncluded(task.name) && !isFatal(this.#seed, job, task))
      .map((task) => outputOf(task, job));
    return Object.assign({}, initialContext(job), ...outputs);
  }

  #flowOf(job: string): Flow {
    return this.#flows.get(flowNameOf(job)) as Flow;
  }
}

/** Repeatedly takes the first task, in definition order, whose dependencies have all been taken. */
function workflowOrder<Task extends { name: string; dependencies: readonly string[] }>(tasks: readonly Task[]): Task[] {
  const taken = new Set<Task>();
  const isTaken = (name: string) => [...taken].some((task) => task.name === name);
  while (taken.size < tasks.length) {
    taken.add(tasks.find((task) => !taken.has(task) && task.dependencies.every(isTaken)) as Task);
  }
  return [...taken];
}

/** A job's id includes the name of its flow, so every process knows how the job must end. */
export const jobId = (flow: string, unique: string): string => `${flow}/${unique}`;
const flowNameOf = (job: string): string => job.split('/', 1)[0] as string;
