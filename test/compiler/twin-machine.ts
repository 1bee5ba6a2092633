import { isDeepStrictEqual } from 'node:util';
import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { machineOf } from '../../src/compiler/compile-machine.ts';
import { MachineTable } from '../../src/compiler/machine-table.ts';
import { outlinedMachine } from '../../src/compiler/outlined-machine.ts';
import { SnapshotTable } from '../../src/compiler/snapshot-table.ts';
import type { MachineOutline } from '../../src/xstate/machine-parts.ts';
import { contentOf, notes, noting, type RecordedStep, record, recordInPlace, recordOf, type Step } from './recorded-step.ts';

/** A machine that takes each step by XState, by its table, and in place, by a table made of its config, and notes where they differ. */
export class TwinMachine {
  /** To be used as any machine. */
  readonly machine: AnyStateMachine;
  readonly differences: string[] = [];
  #compared = 0;
  readonly #plain: AnyStateMachine;
  readonly #table: SnapshotTable;
  readonly #outlined: MachineTable;
  readonly #compiled: AnyStateMachine;
  readonly #snapshots = new Map<string, AnyMachineSnapshot>();
  readonly #events = new Map<string, AnyEventObject>();

  /** @param outline the same machine, outlined; else its own config is */
  constructor(machine: AnyStateMachine, outline?: MachineOutline) {
    this.#plain = noting(machine);
    this.#table = new SnapshotTable(this.#plain);
    this.#outlined = new MachineTable(outlinedMachine(outline ?? this.#plain, outline && notes(this.#plain)));
    this.#compiled = machineOf(this.#table);
    this.machine = Object.assign(Object.create(this.#plain), {
      getInitialSnapshot: (scope: AnyActorScope, input: unknown) => {
        this.#compare(
          'the start',
          (one) => (recorder) => one.getInitialSnapshot(recorder, input),
          () =>
            recordInPlace(this.#outlined, this.#table, (host, parent) => {
              const started = host.make(input, parent);
              host.start(started, input);
              return started;
            }),
        );
        return this.#keep(this.#plain.getInitialSnapshot(scope, input));
      },
      transition: (snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope) => {
        this.#events.set(JSON.stringify(event), event);
        this.compareStep(snapshot, event);
        return this.#keep(this.#plain.transition(snapshot, event, scope));
      },
    });
  }

  /** How many steps were compared. */
  get compared(): number {
    return this.#compared;
  }

  /** Also takes each event in each state that came up, whether or not it came there, and events that never came. */
  compareAll(...more: readonly AnyEventObject[]): void {
    for (const snapshot of this.#snapshots.values()) {
      for (const event of [...this.#events.values(), ...more]) {
        this.compareStep(snapshot, event);
      }
    }
  }

  compareStep(snapshot: AnyMachineSnapshot, event: AnyEventObject): void {
    const name = `${JSON.stringify(snapshot.value)} with ${JSON.stringify(snapshot.context)} takes ${JSON.stringify(event)}`;
    const state = this.#table.stateOf(snapshot);
    const inPlace = () =>
      recordInPlace(this.#outlined, this.#table, (host, parent) => {
        const before = recordOf(state as number, snapshot, parent);
        host.send(before, event);
        return before;
      });
    // Records take no events of XState's own, and none when they have ended.
    const isOwn = state === undefined || /^xstate\.(?!after\.)/.test(event.type);
    this.#compare(name, (one) => (scope) => one.transition(snapshot, event, scope), isOwn ? undefined : inPlace, snapshot);
  }

  #keep(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
    this.#snapshots.set(JSON.stringify([snapshot.value, snapshot.context]), snapshot);
    return snapshot;
  }

  #compare(
    name: string,
    stepOf: (machine: AnyStateMachine) => Step,
    inPlace: (() => RecordedStep) | undefined,
    before?: AnyMachineSnapshot,
  ): void {
    this.#compared += 1;
    const expected = record(stepOf(this.#plain));
    const told = record(stepOf(this.#compiled));
    const placed = inPlace?.();
    const differ = (what: string, one: unknown, other: unknown) => {
      if (!isDeepStrictEqual(one, other)) {
        this.differences.push(`${name}: ${what}`);
      }
    };
    const isKept = ({ snapshot }: RecordedStep) => snapshot === before;
    for (const actual of placed === undefined ? [told] : [told, placed]) {
      differ('the snapshot', contentOf(actual.snapshot), contentOf(expected.snapshot));
      differ('what is done', actual.deeds, expected.deeds);
    }
    differ('whether the snapshot stays the same object', isKept(told), isKept(expected));
    differ('what inspectors are told', told.told.map(comparable), expected.told.map(comparable));
  }
}

/** An inspection event: its snapshot by what is in it, and whom something is sent to by name. */
function comparable(event: unknown): unknown {
  const { snapshot, params, ...rest } = event as { snapshot?: AnyMachineSnapshot; params?: { to?: { id: string } } };
  return {
    ...rest,
    snapshot: snapshot && contentOf(snapshot),
    params: params?.to === undefined ? params : { ...params, to: params.to.id },
  };
}
