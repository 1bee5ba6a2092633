/** What tasks of a graph see and return, worked out from the definition of the context alone. */

export interface GraphTask {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** The keys of its output; none if it returns nothing. */
  readonly keys: readonly string[];
  /** How many of its attempts fail first. */
  readonly failures: number;
  /** Whether all its attempts fail, which the job tolerates. */
  readonly fails: boolean;
}

export type Values = Readonly<Record<string, string>>;

/** Repeatedly the first task in definition order whose dependencies have all been taken. */
export function orderOf(tasks: readonly GraphTask[]): readonly GraphTask[] {
  const taken: GraphTask[] = [];
  const isTaken = (name: string) => taken.some((task) => task.name === name);
  while (taken.length < tasks.length) {
    const next = tasks.find((task) => !isTaken(task.name) && task.dependencies.every(isTaken));
    taken.push(next as GraphTask);
  }
  return taken;
}

function ancestorsOf(task: GraphTask, tasks: readonly GraphTask[]): Set<string> {
  const found = new Set<string>();
  const visit = ({ dependencies }: GraphTask): void => {
    for (const name of dependencies) {
      found.add(name);
      visit(tasks.find((one) => one.name === name) as GraphTask);
    }
  };
  visit(task);
  return found;
}

/** What a task returns when it sees some values: each of its keys, with a value that depends on all it sees. */
export function outputOf({ name, keys }: GraphTask, seen: Values): Values | undefined {
  const sorted = JSON.stringify(Object.entries(seen).sort());
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, `${name}.${key}.${hash(sorted)}`]));
}

export interface ExpectedContexts {
  /** What each task that is called sees. */
  readonly seen: ReadonlyMap<string, Values>;
  readonly states: ReadonlyMap<string, 'completed' | 'failed'>;
  /** The context of the result. */
  readonly context: Values;
}

export function expectedContexts(tasks: readonly GraphTask[], initial: Values): ExpectedContexts {
  const seen = new Map<string, Values>();
  const states = new Map<string, 'completed' | 'failed'>();
  const outputs: { name: string; output: Values }[] = [];
  for (const task of orderOf(tasks)) {
    const ancestors = ancestorsOf(task, tasks);
    const values = Object.assign({}, initial, ...outputs.filter(({ name }) => ancestors.has(name)).map(({ output }) => output));
    seen.set(task.name, values);
    states.set(task.name, task.fails ? 'failed' : 'completed');
    if (!task.fails) {
      outputs.push({ name: task.name, output: outputOf(task, values) ?? {} });
    }
  }
  return { seen, states, context: Object.assign({}, initial, ...outputs.map(({ output }) => output)) };
}

function hash(text: string): string {
  let state = 5381;
  for (const character of text) {
    state = (Math.imul(state, 33) + character.charCodeAt(0)) | 0;
  }
  return (state >>> 0).toString(36);
}
