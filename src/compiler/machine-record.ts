import type { AnyActorRef, AnyActorScope, AnyEventObject, AnyMachineSnapshot, MachineContext } from 'xstate';
import type { ActionStep, BuiltIn, Evaluate } from './compiled-action.ts';
import { type Entry, firstAllowed, type MachineTable } from './machine-table.ts';
import { refuseToSpawn } from './snapshot-step.ts';
import type { SnapshotTable } from './snapshot-table.ts';

/** A machine at rest: what an actor would hold, without the actor. */
export class MachineRecord {
  /** The number of its state in the table. */
  state: number;
  /** Changed in place. */
  readonly context: MachineContext;
  /** The machine that would be its actor's parent, under the name XState has for it. */
  readonly _parent: MachineRecord | undefined;
  /** Its delayed events, by id. */
  timers: Map<string, RecordTimer> | undefined;

  constructor(state: number, context: MachineContext, parent: MachineRecord | undefined) {
    this.state = state;
    this.context = context;
    this._parent = parent;
    this.timers = undefined;
  }
}

/** The snapshot that an actor in the place of a record would have. */
export const snapshotOf = ({ state, context }: MachineRecord, table: SnapshotTable): AnyMachineSnapshot =>
  table.snapshotOf(state, { ...context });

/** A delayed event of a record. */
export interface RecordTimer {
  readonly event: AnyEventObject;
  /** In milliseconds. */
  readonly delay: number;
  /** What the clock returned. */
  readonly timer: unknown;
}

/** What records use outside themselves, after a step. */
export interface RecordWorld {
  /** What named actions find as `system`. */
  readonly system: object;
  emit(record: MachineRecord, event: AnyEventObject): void;
  send(from: MachineRecord, to: MachineRecord, event: AnyEventObject): void;
  /** Sends the record an event after a delay in milliseconds. */
  schedule(record: MachineRecord, event: AnyEventObject, delay: number, id: string): void;
  unschedule(record: MachineRecord, id: string): void;
}

/** What follows is a recipient and a message to send it. */
const SEND = Symbol('send');

/** What to do after a step: a message to send, an event to emit, or anything else. */
type Later = typeof SEND | AnyEventObject | MachineRecord | ((record: MachineRecord) => void) | undefined;

/** Steps records of one machine in place, as an XState actor would step: same actions, same effects, same order. */
export class RecordHost implements ActionStep {
  readonly table: MachineTable;
  readonly spawn = refuseToSpawn;
  readonly system: AnyActorScope['system'];
  readonly #world: RecordWorld;
  #record: MachineRecord | undefined;
  #event: AnyEventObject | undefined;
  #hasAssigned = false;
  /** What to do after the step; the array is used again. */
  #later: Later[] = [];
  #size = 0;
  /** For the next step. */
  #spare: Later[] | undefined;
  #inFlight: MachineRecord | undefined;

  constructor(table: MachineTable, world: RecordWorld) {
    this.table = table;
    this.system = world.system as AnyActorScope['system'];
    this.#world = world;
  }

  get context(): MachineContext {
    return (this.#record as MachineRecord).context;
  }

  get event(): AnyEventObject {
    return this.#event as AnyEventObject;
  }

  get self(): AnyActorRef {
    return this.#record as unknown as AnyActorRef;
  }

  /** The record that has taken a step and is performing what it put off. */
  get inFlight(): MachineRecord | undefined {
    return this.#inFlight;
  }

  /** Makes a record in the initial state, which `start` enters. */
  make(input: unknown, parent?: MachineRecord): MachineRecord {
    const { initial, machine } = this.table;
    const { context } = machine.config;
    const created = typeof context === 'function' ? context({ input, self: undefined, spawn: refuseToSpawn }) : { ...context };
    return new MachineRecord(initial.target, created, parent);
  }

  /** Enters the initial state. */
  start(record: MachineRecord, input: unknown): void {
    const { initial } = this.table;
    this.#begin(record, { type: 'xstate.init', input });
    if (initial.actions.length > 0) {
      this.#take(initial);
    }
    this.#end(record);
  }

  send(record: MachineRecord, event: AnyEventObject): void {
    if (this.table.isFinal(record.state)) {
      return;
    }
    this.#begin(record, event);
    const entries = this.table.on(record.state, event.type);
    const entry = entries && firstAllowed(entries, this);
    if (entry !== undefined) {
      this.#take(entry);
    }
    this.#end(record);
  }

  set(key: string, value: unknown): void {
    (this.#record as MachineRecord).context[key] = value;
    this.#hasAssigned = true;
  }

  perform(_type: string, implementation: Evaluate | undefined, params: unknown): void {
    implementation?.(this, params);
  }

  emit(event: AnyEventObject): void {
    this.#put(event);
  }

  defer(action: BuiltIn, params: unknown): void {
    switch (action.type) {
      case 'xstate.sendTo':
        this.#send(action, params);
        break;
      case 'xstate.raise':
        this.#schedule(action, params);
        break;
      default:
        this.#cancel(action, params);
    }
  }

  #begin(record: MachineRecord, event: AnyEventObject): void {
    if (this.#record !== undefined) {
      throw new Error(`A machine can't take \`${event.type}\` in the middle of a step`);
    }
    this.#record = record;
    this.#event = event;
  }

  #take({ actions, target }: Entry): void {
    for (const action of actions) {
      action(this);
    }
    (this.#record as MachineRecord).state = target;
  }

  /** Takes eventless transitions until none applies, one changes nothing, or the machine has ended; then performs what was put off. */
  #end(record: MachineRecord): void {
    for (let isMoving = true; isMoving && !this.table.isFinal(record.state); ) {
      const before = record.state;
      const entry = firstAllowed(this.table.always(before), this);
      this.#hasAssigned = false;
      if (entry !== undefined) {
        this.#take(entry);
      }
      isMoving = record.state !== before || this.#hasAssigned;
    }
    this.#record = undefined;
    if (this.#size > 0) {
      this.#perform(record);
    }
  }

  #put(item: Later): void {
    this.#later[this.#size] = item;
    this.#size += 1;
  }

  /** Performs what was put off. */
  #perform(record: MachineRecord): void {
    const later = this.#later;
    const size = this.#size;
    this.#later = this.#spare ?? [];
    this.#size = 0;
    this.#spare = undefined;
    this.#inFlight = record;
    for (let index = 0; index < size; index += 1) {
      const effect = later[index];
      if (typeof effect === 'function') {
        effect(record);
      } else if (effect === SEND) {
        this.#world.send(record, later[index + 1] as MachineRecord, later[index + 2] as AnyEventObject);
        index += 2;
      } else {
        this.#world.emit(record, effect as AnyEventObject);
      }
    }
    this.#inFlight = undefined;
    this.#spare = later;
  }

  #send({ to, event: source }: BuiltIn, params: unknown): void {
    const target = (typeof to === 'function' ? to(this, params) : to) as MachineRecord;
    const event = (typeof source === 'function' ? source(this, params) : source) as AnyEventObject;
    this.#put(SEND);
    this.#put(target);
    this.#put(event);
  }

  #schedule({ event: source, id, delay: named }: BuiltIn, params: unknown): void {
    const { delays } = this.table.machine.implementations;
    const implementation = typeof named === 'string' ? delays[named] : named;
    const delay = (
      typeof implementation === 'function' ? implementation(this as never, params as never) : implementation
    ) as number;
    const event = (typeof source === 'function' ? source(this, params) : source) as AnyEventObject;
    this.#put((record) => this.#world.schedule(record, event, delay, id as string));
  }

  #cancel({ sendId }: BuiltIn, params: unknown): void {
    const id = (typeof sendId === 'function' ? sendId(this, params) : sendId) as string;
    this.#put((record) => this.#world.unschedule(record, id));
  }
}
