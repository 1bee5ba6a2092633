import { isDeepStrictEqual } from 'node:util';
import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { compileMachine } from '../../src/compiler/compile-machine.ts';
import { contentOf, noting, type RecordedStep, record, type Step } from './recorded-step.ts';

/** A machine that takes each step by XState and by its table, and notes where they differ. */
export class TwinMachine {
  /** To be used as any machine. */
  readonly machine: AnyStateMachine;
  readonly differences: string[] = [];
  #compared = 0;
  readonly #plain: AnyStateMachine;
  readonly #compiled: AnyStateMachine;
  readonly #snapshots = new Map<string, AnyMachineSnapshot>();
  readonly #events = new Map<string, AnyEventObject>();

  constructor(machine: AnyStateMachine) {
    this.#plain = noting(machine);
    this.#compiled = compileMachine(this.#plain);
    this.machine = Object.assign(Object.create(this.#plain), {
      getInitialSnapshot: (scope: AnyActorScope, input: unknown) => {
        this.#compare('the start', (one) => (recorder) => one.getInitialSnapshot(recorder, input));
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
    this.#compare(name, (one) => (scope) => one.transition(snapshot, event, scope), snapshot);
  }

  #keep(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
    this.#snapshots.set(JSON.stringify([snapshot.value, snapshot.context]), snapshot);
    return snapshot;
  }

  #compare(name: string, stepOf: (machine: AnyStateMachine) => Step, before?: AnyMachineSnapshot): void {
    this.#compared += 1;
    const expected = record(stepOf(this.#plain), false);
    const told = record(stepOf(this.#compiled), false);
    const quiet = record(stepOf(this.#compiled), true);
    const differ = (what: string, one: unknown, other: unknown) => {
      if (!isDeepStrictEqual(one, other)) {
        this.differences.push(`${name}: ${what}`);
      }
    };
    const isKept = ({ snapshot }: RecordedStep) => snapshot === before;
    for (const actual of [told, quiet]) {
      differ('the snapshot', contentOf(actual.snapshot), contentOf(expected.snapshot));
      differ('whether the snapshot stays the same object', isKept(actual), isKept(expected));
      differ('what is done', actual.deeds, expected.deeds);
    }
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
