import type { MachineOutline } from '../xstate/machine-parts.ts';
import type { TableMachine, TableState, TableTransition } from './table-machine.ts';

type Listed<Item> = Item | readonly Item[] | undefined;

/** The config of a state, as far as tables support it. */
interface StateConfig {
  readonly id?: string;
  readonly type?: string;
  readonly initial?: string;
  readonly states?: Readonly<Record<string, StateConfig>>;
  readonly entry?: Listed<unknown>;
  readonly exit?: Listed<unknown>;
  readonly on?: TransitionConfigs;
  readonly after?: TransitionConfigs;
  readonly always?: Listed<TransitionConfig>;
}

type TransitionConfigs = Readonly<Record<string, Listed<TransitionConfig>>>;

type TransitionConfig =
  | string
  | { readonly target?: string; readonly guard?: unknown; readonly actions?: Listed<unknown>; readonly reenter?: boolean };

/**
 * Reads an outline as XState reads the config of a machine that can be compiled.
 * @param provided actions that replace those of the outline
 */
export function outlinedMachine({ config, implementations }: MachineOutline, provided?: object): TableMachine {
  const { id = '(machine)' } = config as StateConfig;
  const actions = { ...implementations.actions, ...provided };
  return { id, root: new OutlinedState(config, id), config, implementations: { ...implementations, actions } };
}

class OutlinedState implements TableState {
  readonly id: string;
  readonly type: string;
  readonly parent: OutlinedState | undefined;
  readonly states: Readonly<Record<string, OutlinedState>>;
  readonly initial: TableState['initial'];
  /** All states of the machine. */
  readonly byId: Map<string, OutlinedState>;
  readonly #config: StateConfig;
  #transitions: Map<string, readonly TableTransition[]> | undefined;

  constructor(config: StateConfig, path: string, parent?: OutlinedState) {
    const { states: configs = {}, initial } = config;
    const states: Record<string, OutlinedState> = {};
    this.id = config.id ?? path;
    this.type = config.type ?? (initial === undefined ? 'atomic' : 'compound');
    this.parent = parent;
    this.byId = parent?.byId ?? new Map();
    this.byId.set(this.id, this);
    for (const key in configs) {
      states[key] = new OutlinedState(configs[key] as StateConfig, `${path}.${key}`, this);
    }
    this.states = states;
    this.initial = initial === undefined ? undefined : { target: [states[initial] as OutlinedState] };
    this.#config = config;
  }

  get always(): readonly TableTransition[] {
    return this.#read(this.#config.always);
  }

  get transitions(): ReadonlyMap<string, readonly TableTransition[]> {
    this.#transitions ??= this.#readAll();
    return this.#transitions;
  }

  get entry(): readonly unknown[] {
    const { entry, after } = this.#config;
    const raise = (delay: string) => {
      const id = this.#typeOf(delay);
      return { type: 'xstate.raise', event: { type: id }, id, delay: Number.isNaN(+delay) ? delay : +delay };
    };
    return [...listOf(entry), ...Object.keys(after ?? {}).map(raise)];
  }

  get exit(): readonly unknown[] {
    const { exit, after } = this.#config;
    return [
      ...listOf(exit),
      ...Object.keys(after ?? {}).map((delay) => ({ type: 'xstate.cancel', sendId: this.#typeOf(delay) })),
    ];
  }

  /** The type of the event after a delay. */
  #typeOf(delay: string): string {
    return `xstate.after.${delay}.${this.id}`;
  }

  #readAll(): Map<string, readonly TableTransition[]> {
    const { on = {}, after = {} } = this.#config;
    const transitions = new Map<string, readonly TableTransition[]>();
    for (const type in on) {
      transitions.set(type, this.#read(on[type]));
    }
    for (const delay in after) {
      transitions.set(this.#typeOf(delay), this.#read(after[delay]));
    }
    return transitions;
  }

  #read(transitions: Listed<TransitionConfig>): readonly TableTransition[] {
    return listOf(transitions).map((transition) => new OutlinedTransition(this, transition));
  }
}

class OutlinedTransition implements TableTransition {
  readonly source: OutlinedState;
  readonly guard: unknown;
  readonly reenter: boolean;
  readonly actions: readonly unknown[];
  readonly #target: string | undefined;

  constructor(source: OutlinedState, config: TransitionConfig) {
    const { target, guard, actions, reenter = false } = typeof config === 'string' ? { target: config } : config;
    this.source = source;
    this.guard = guard;
    this.reenter = reenter;
    this.actions = listOf(actions);
    this.#target = target;
  }

  /** Looked up once all states are made: by its id, as a child, or as a sibling. */
  get target(): readonly TableState[] | undefined {
    const { source } = this;
    const target = this.#target;
    if (target === undefined) {
      return undefined;
    }
    if (target.startsWith('#')) {
      return [source.byId.get(target.slice(1)) as OutlinedState];
    }
    const [from, path] = target.startsWith('.') ? [source, target.slice(1)] : [source.parent, target];
    return [path.split('.').reduce<TableState | undefined>((state, key) => state?.states[key], from) as TableState];
  }
}

const NONE: readonly never[] = [];

function listOf<Item>(items: Listed<Item>): readonly Item[] {
  if (items === undefined) {
    return NONE;
  }
  return Array.isArray(items) ? items : [items as Item];
}
