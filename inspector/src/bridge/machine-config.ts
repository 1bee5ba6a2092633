import type { InspectedNode, InspectedTransition } from './inspected.ts';
import { plainValue } from './plain-value.ts';

/** A machine or state as XState 4's `createMachine` takes it, with names instead of version 5's functions. */
export type MachineConfig = Readonly<Record<string, unknown>>;

const configs = new WeakMap<InspectedNode, MachineConfig>();

/** Returns the config of an actor's machine; actors that aren't machines get one state per status. */
export function configOf(root: InspectedNode | undefined): MachineConfig {
  if (root === undefined) {
    return NO_MACHINE;
  }
  const config = configs.get(root) ?? safeMachineOf(root);
  configs.set(root, config);
  return config;
}

/** A machine with an unknown internal structure is shown without states. */
function safeMachineOf(root: InspectedNode): MachineConfig {
  try {
    return machineOf(root);
  } catch {
    return { id: String(root.id), predictableActionArguments: true };
  }
}

const NO_MACHINE: MachineConfig = {
  id: 'actor',
  predictableActionArguments: true,
  initial: 'active',
  states: {
    active: { on: { done: 'done', error: 'error', stop: 'stopped' } },
    done: { type: 'final' },
    error: { type: 'final' },
    stopped: { type: 'final' },
  },
};

const machineOf = (root: InspectedNode): MachineConfig => ({ ...stateOf(root), id: root.id, predictableActionArguments: true });

/** The default id of a state, which is the same in both versions. */
const ownId = ({ machine, path }: InspectedNode): string => [machine.id, ...path].join('.');

function stateOf(node: InspectedNode): MachineConfig {
  const { type, history, invoke, entry, exit, tags, description, meta } = node;
  const children = Object.values(node.states);
  return withoutEmpty({
    id: node.id === ownId(node) ? undefined : node.id,
    type: type === 'atomic' || type === 'compound' ? undefined : type,
    history: type === 'history' ? history || 'shallow' : undefined,
    initial: type === 'compound' ? node.initial?.target?.[0] && keyIn(node, node.initial.target[0]) : undefined,
    states: fromEntries(children.map((child) => [child.key, stateOf(child)])),
    ...transitionsOf(node),
    invoke: invoke.map(({ id, src }) => ({ id, src: nameOf(src) })),
    entry: entry.filter(isOwn).map(nameOf),
    exit: exit.filter(isOwn).map(nameOf),
    tags,
    description,
    meta: plainValue(meta),
  });
}

/** The key of the child that contains a state, at any depth. */
const keyIn = (node: InspectedNode, target: InspectedNode): string | undefined =>
  Object.values(node.states).find((child) => isIn(target, child))?.key;

const isIn = (node: InspectedNode, outer: InspectedNode): boolean =>
  node === outer || (node.parent !== undefined && isIn(node.parent, outer));

function transitionsOf(node: InspectedNode): MachineConfig {
  const on: [string, unknown][] = [];
  const after: [string, unknown][] = [];
  for (const [eventType, transitions] of node.transitions) {
    const configs = transitions.map(transitionOf);
    const delay = /^xstate\.after\.([^.]+)\./.exec(eventType)?.[1];
    if (delay === undefined) {
      on.push([eventType, configs]);
    } else {
      after.push([delay, configs]);
    }
  }
  return { on: fromEntries(on), after: fromEntries(after), always: (node.always ?? []).map(transitionOf) };
}

const transitionOf = ({ source, target, guard, actions, reenter, description }: InspectedTransition): MachineConfig =>
  withoutEmpty({
    target: target?.map(({ id }) => `#${id}`),
    cond: guard === undefined ? undefined : nameOfGuard(guard),
    actions: actions.map(nameOf),
    // Where it matters: version 4 exits a state when a transition targets a state inside it, version 5 doesn't.
    internal: target?.some((one) => isIn(one, source)) && !reenter ? true : undefined,
    description,
  });

/** Excludes the actions XState uses to start and stop a state's delays. */
const isOwn = (action: unknown): boolean => {
  const { id, sendId = id } = action as { id?: unknown; sendId?: unknown };
  return !String(sendId).startsWith('xstate.after.');
};

/** The name of an action, a guard or an actor's logic. */
function nameOf(one: unknown): string {
  if (typeof one === 'string') {
    return one.startsWith('xstate.invoke.') ? 'an actor' : one;
  }
  const { type, name } = (one ?? {}) as { type?: unknown; name?: unknown };
  return String(type ?? (name || 'a function'));
}

/** In XState 5, a combined guard is a function that holds its parts and the function that checks them. */
function nameOfGuard(guard: unknown): string {
  const { guards = [], check } = guard as { guards?: readonly unknown[]; check?: { name?: string } };
  const parts = guards.map(nameOfGuard);
  switch (check?.name) {
    case 'checkNot':
      return `not ${parts[0]}`;
    case 'checkAnd':
    case 'checkOr':
      return parts.join(check.name === 'checkAnd' ? ' and ' : ' or ');
    default:
      return parts.length > 0 ? `a function of ${parts.join(', ')}` : nameOf(guard);
  }
}

const fromEntries = (entries: readonly (readonly [string, unknown])[]): object => Object.fromEntries(entries);

/** Most states have few properties, and a job of a thousand tasks has a thousand machines. */
const withoutEmpty = (config: Record<string, unknown>): MachineConfig =>
  fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && !isEmpty(value))) as MachineConfig;

const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
