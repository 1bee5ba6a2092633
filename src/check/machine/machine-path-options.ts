import type { AnyMachineSnapshot, AnyStateMachine, EventFromLogic, InputFrom } from 'xstate';
import { describeValue, isReadableObject } from '../../values/describe-value.ts';
import { checkOptions, type OptionProblem, type OptionSchemas } from '../../workflow/options/check-options.ts';
import { anything, count, object, oneOf, optional, schema } from '../../workflow/options/option-schemas.ts';
import { CheckError } from '../check-error.ts';
import { COVERS, type Cover } from '../paths/cover.ts';

/** How an invoked actor may end: its possible outputs and errors. */
export interface ActorOutcomes {
  /** @default [undefined] */
  readonly returns?: readonly unknown[] | undefined;
  /** @default [undefined] */
  readonly throws?: readonly unknown[] | undefined;
}

/** The options of `machinePaths`. */
export interface MachinePathOptions<Machine extends AnyStateMachine> {
  readonly input?: InputFrom<Machine> | undefined;
  /**
   * The events to send: the same in every state, or a function of the snapshot. Events of `after` and of invoked actors are
   * added.
   * @default none
   */
  readonly events?:
    | readonly EventFromLogic<Machine>[]
    | ((snapshot: AnyMachineSnapshot) => readonly EventFromLogic<Machine>[])
    | undefined;
  /** How invoked actors may end, by actor id or by the name of their logic. */
  readonly actors?: Readonly<Record<string, ActorOutcomes>> | undefined;
  /**
   * What the paths cover together: each transition, each state, or each edge between states.
   * @default 'transitions'
   */
  readonly cover?: Cover | undefined;
  /**
   * The maximum number of edges, one per event in each state. `machinePaths` throws if there are more, or if the states take more
   * than 10 million characters as JSON.
   * @default 10000
   */
  readonly limit?: number | undefined;
}

/** An event that can be sent to a machine. */
export interface MachineEvent {
  readonly type: string;
}

/** The options of `machinePaths`, with defaults filled in. */
export interface MachinePathPlan {
  readonly input: unknown;
  readonly events: (snapshot: AnyMachineSnapshot) => readonly MachineEvent[];
  readonly actors: Readonly<Record<string, ActorOutcomes>>;
  readonly cover: Cover;
  readonly limit: number;
}

const areEvents = (value: unknown): value is readonly MachineEvent[] =>
  Array.isArray(value) && value.every((event) => isReadableObject(event) && 'type' in event && typeof event.type === 'string');

const EVENTS = 'an array of events, each an object with a `type`, or a function that returns one';
const ACTORS = 'an object that maps actor names to { returns, throws }';

const SCHEMAS = {
  input: optional(anything),
  events: optional(schema(EVENTS, (value) => typeof value === 'function' || areEvents(value))),
  actors: optional(schema(ACTORS, isReadableObject)),
  cover: optional(oneOf(COVERS, COVERS.join(', '))),
  limit: optional(count),
};

const OUTCOMES = '{ returns, throws }, each an array';
const actorOutcomes = optional(
  schema(
    OUTCOMES,
    (value) =>
      object.accepts(value) &&
      Object.entries(value as object).every(
        ([key, list]) => ['returns', 'throws'].includes(key) && (list === undefined || Array.isArray(list)),
      ),
  ),
);

/** @throws {CheckError} listing every problem with the options */
export function readMachinePathOptions(machine: AnyStateMachine, source: unknown): MachinePathPlan {
  if (!isReadableObject(source)) {
    throw new CheckError(`The path options must be an object, got ${describeValue(source)}`);
  }
  const problems: OptionProblem[] = [];
  const read = (from: object, schemas: OptionSchemas, prefix = '') =>
    checkOptions(
      from,
      schemas,
      () => ({ subject: 'The paths' }),
      (problem) => problems.push(problem),
      prefix,
    );
  const { events, ...options } = read(source, SCHEMAS) as MachinePathOptions<AnyStateMachine>;
  const ofActors = Object.fromEntries(actorNames(machine).map((name) => [name, actorOutcomes]));
  const actors = read(options.actors ?? {}, ofActors, 'actors.') as MachinePathPlan['actors'];
  if (problems.length > 0) {
    throw new CheckError(problems.map(({ message }) => message).join('\n'));
  }
  return {
    input: options.input,
    events: typeof events === 'function' ? (snapshot) => eventsOf(events(snapshot)) : () => events ?? [],
    actors,
    cover: options.cover ?? 'transitions',
    limit: options.limit ?? 10_000,
  };
}

function eventsOf(given: unknown): readonly MachineEvent[] {
  if (!areEvents(given)) {
    throw new CheckError(`The \`events\` function must return an array of events, got ${describeValue(given)}`);
  }
  return given;
}

/** The ids of the invoked actors and the names of their logic. */
function actorNames({ root }: AnyStateMachine): string[] {
  const namesIn = (node: AnyStateMachine['root']): unknown[] => [
    ...node.invoke.flatMap(({ id, src }) => [id, src]),
    ...Object.values(node.states).flatMap(namesIn),
  ];
  return [...new Set(namesIn(root).filter((name) => typeof name === 'string'))];
}
