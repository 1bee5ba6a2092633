import type { AnyActorScope, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { MachineRecord, RecordHost, snapshotOf } from '../../src/compiler/machine-record.ts';
import type { MachineTable } from '../../src/compiler/machine-table.ts';
import type { SnapshotTable } from '../../src/compiler/snapshot-table.ts';

/** What a step of a machine gives, and what it wants done, in order. */
export interface RecordedStep {
  readonly snapshot: AnyMachineSnapshot;
  readonly deeds: readonly unknown[];
  /** What it tells inspectors. */
  readonly told: readonly unknown[];
}

export type Step = (scope: AnyActorScope) => AnyMachineSnapshot;

interface Named {
  readonly id: string;
}

const PARENT: Named = { id: 'parent' };

/** The machine, with each action that is to be provided noting that it was called. */
export const noting = (machine: AnyStateMachine): AnyStateMachine =>
  machine.provide({ actions: notes(machine) } as never) as AnyStateMachine;

/** The actions of a machine that are to be provided, noting that they were called. */
export function notes(machine: AnyStateMachine): object {
  const named = Object.entries(machine.implementations.actions).filter(([, action]) => !('resolve' in (action as object)));
  const note = (type: string) => [
    type,
    ({ system, context, event }: { system: { note(deed: unknown): void }; context: object; event: object }, params: unknown) =>
      system.note({ does: type, params, context: { ...context }, event }),
  ];
  return Object.fromEntries(named.map(([type]) => note(type)));
}

/** Takes a step as an actor does, and notes what comes of it. */
export function record(step: Step): RecordedStep {
  const deeds: unknown[] = [];
  const told: unknown[] = [];
  const later: (() => void)[] = [];
  const system = {
    note: (deed: unknown) => deeds.push(deed),
    _sendInspectionEvent: ({ actorRef: _, ...event }: Record<string, unknown>) => told.push(event),
    _relay: (from: Named, to: Named, event: unknown) => deeds.push({ does: 'send', from: from.id, to: to.id, event }),
    scheduler: {
      schedule: (from: Named, to: Named, event: unknown, delay: number, id: string) =>
        deeds.push({ does: 'schedule', from: from.id, to: to.id, event, delay, id }),
      cancel: (from: Named, id: string) => deeds.push({ does: 'unschedule', from: from.id, id }),
    },
  };
  const self = { id: 'self', sessionId: 'self', _parent: PARENT };
  const scope = {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system,
    logger: () => {},
    stopChild: () => {},
    defer: (output: () => void) => later.push(output),
    emit: (event: unknown) => deeds.push({ does: 'emit', event }),
    actionExecutor: (action: {
      type: string;
      params: unknown;
      info: object;
      exec?: (info: object, params: unknown) => void;
    }) => {
      told.push({ action: action.type, params: action.params });
      action.exec?.(action.info, action.params);
    },
  };
  const snapshot = step(scope as unknown as AnyActorScope);
  // XState keeps these until the step is over, and so do tables.
  deeds.push('the step is over');
  for (const output of later) {
    output();
  }
  return { snapshot, deeds, told };
}

/**
 * Takes a step in place, in a record, and notes what comes of it. Nobody is told.
 * @param snapshots the table of the same machine of XState
 */
export function recordInPlace(
  table: MachineTable,
  snapshots: SnapshotTable,
  step: (host: RecordHost, parent: MachineRecord) => MachineRecord,
): RecordedStep {
  const deeds: unknown[] = [];
  const parent = Object.assign(new MachineRecord(0, {}, undefined), PARENT);
  const nameOf = (record: object) => ('id' in record ? record.id : 'self');
  let isOver = false;
  const later = (deed: unknown) => {
    if (!isOver) {
      deeds.push('the step is over');
    }
    isOver = true;
    deeds.push(deed);
  };
  const host = new RecordHost(table, {
    system: { note: (deed: unknown) => deeds.push(deed) },
    emit: (_, event) => later({ does: 'emit', event }),
    send: (from, to, event) => later({ does: 'send', from: nameOf(from), to: nameOf(to), event }),
    schedule: (_, event, delay, id) => later({ does: 'schedule', from: 'self', to: 'self', event, delay, id }),
    unschedule: (_, id) => later({ does: 'unschedule', from: 'self', id }),
  });
  const record = step(host, parent);
  if (!isOver) {
    deeds.push('the step is over');
  }
  return { snapshot: snapshotOf(record, snapshots), deeds, told: [] };
}

/** The record of a snapshot that hasn't ended. */
export const recordOf = (state: number, { context }: AnyMachineSnapshot, parent: MachineRecord): MachineRecord =>
  new MachineRecord(state, { ...context }, parent);

/** What is compared of a snapshot: all of it; what is the same object must be the same one. */
export function contentOf(snapshot: AnyMachineSnapshot): object {
  const { _nodes, value, context, tags, children, historyValue, ...same } = snapshot as AnyMachineSnapshot & {
    historyValue: object;
  };
  return {
    nodes: _nodes.map(({ id }) => id),
    value,
    context,
    tags: [...tags],
    children,
    historyValue,
    keys: Object.keys(snapshot),
    same,
  };
}
