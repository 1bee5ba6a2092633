import { describeValue } from '../../values/describe-value.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';

/** The output of a task as a choice shows it: JSON, by which the outputs of a task can be told apart. */
export type ShownOutput = Readonly<Record<string, string | number | boolean | null>>;

/** An output that conditions tell apart from others. */
export interface ModelOutput {
  readonly shown: ShownOutput;
  /** What the task returns when the choice is replayed. */
  readonly value: Readonly<Record<string, unknown>>;
}

const OTHER = 'another value';

/**
 * The outputs of each task that conditions mention: for each key one of the mentioned values, or another one, in all combinations. So
 * conditions that exclude each other never hold together.
 */
export function mentionedOutputs(specs: readonly TaskSpec[]): ReadonlyMap<string, readonly ModelOutput[]> {
  const mentioned = new Map<string, Map<string, readonly unknown[]>>();
  for (const { when } of specs) {
    for (const { task, key, values } of typeof when === 'object' ? when : []) {
      const keys = mentioned.get(task) ?? new Map<string, readonly unknown[]>();
      mentioned.set(task, keys.set(key, [...(keys.get(key) ?? []), ...values].filter(isFirst)));
    }
  }
  return new Map([...mentioned].map(([task, keys]) => [task, combinations(keys)]));
}

const isFirst = (value: unknown, index: number, values: readonly unknown[]): boolean =>
  values.findIndex((one) => Object.is(one, value)) === index;

function combinations(keys: ReadonlyMap<string, readonly unknown[]>): ModelOutput[] {
  let outputs: ModelOutput[] = [{ shown: {}, value: {} }];
  for (const [key, mentioned] of keys) {
    const ways = waysOf(mentioned);
    outputs = outputs.flatMap(({ shown, value }) =>
      ways.map((way) => ({ shown: { ...shown, [key]: way.shown }, value: { ...value, [key]: way.value } })),
    );
  }
  return outputs;
}

function waysOf(mentioned: readonly unknown[]): { readonly shown: ShownOutput[string]; readonly value: unknown }[] {
  const taken = new Set<unknown>(mentioned.filter(isShownAsItIs));
  const unique = (text: string): string => {
    const free = taken.has(text) ? unique(`${text}'`) : text;
    taken.add(free);
    return free;
  };
  const other = unique(OTHER);
  const ways = mentioned.map((value) => ({ shown: isShownAsItIs(value) ? value : unique(describeValue(value)), value }));
  return [...ways, { shown: other, value: other }];
}

/** JSON keeps these values. */
const isShownAsItIs = (value: unknown): value is ShownOutput[string] =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (Number.isFinite(value) && !Object.is(value, -0));

/** The output that a choice shows. */
export function chosenOutput(
  outputs: readonly ModelOutput[] = [],
  { output }: { readonly output?: object | undefined },
): ModelOutput | undefined {
  const text = JSON.stringify(output);
  return outputs.find(({ shown }) => JSON.stringify(shown) === text);
}
