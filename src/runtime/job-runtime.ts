import { Journal } from '../journal/journal.ts';
import type { JobState } from '../machines/events.ts';
import type { TaskMessage } from '../machines/messages.ts';
import { inTurns, type TurnClock } from '../time/clock.ts';
import { pause } from '../time/pause.ts';
import { Turns } from '../time/turns.ts';
import type { TaskGraph } from '../workflow/graph/task-graph.ts';
import { AttemptRunner } from './attempts/attempt-runner.ts';
import type { ExecutionDetails } from './attempts/execution-details.ts';
import { Conditions } from './conditions.ts';
import { SharedContext } from './context/shared-context.ts';
import { deferred } from './deferred.ts';
import { Listeners } from './events/listeners.ts';
import type { TaskReport } from './events/task-report.ts';
import type { JobWorkflow } from './executor.ts';
import { IdentifiedWorkflow } from './identified-workflow.ts';
import { JobCommands } from './job-commands.ts';
import { JobEffects } from './job-effects.ts';
import { type JobResult, markResult } from './job-result.ts';
import { Coordinator } from './machines/coordinator.ts';
import type { JobActor } from './machines/job-actor.ts';
import { JobMachines } from './machines/job-machines.ts';
import { rankOf } from './machines/rank-of.ts';
import { KNOWN } from './machines/slot-queue.ts';
import { inputOf, isSettled, makeNodes, type TaskNode } from './machines/task-node.ts';
import { type JobSettings, safeInspector } from './run-options.ts';
import type { UndoPhase } from './undo/undo-phase.ts';

/** Connects the machines of one job to the world. */
export class JobRuntime {
  readonly id: string;
  /** A saved job's settings are known when it starts. */
  settings: JobSettings;
  readonly workflow: JobWorkflow;
  readonly journal: Journal | undefined;
  readonly clock: TurnClock;
  readonly commands: JobCommands;
  readonly context: SharedContext;
  readonly listeners: Listeners;
  readonly settled = deferred<JobResult>();
  readonly drained = deferred<void>();
  /** In definition order. */
  readonly nodes: readonly TaskNode[];
  readonly turns: Turns;
  readonly attempts: AttemptRunner;
  readonly conditions: Conditions;
  readonly graph: TaskGraph;
  /** All but the finally tasks. */
  readonly ordinary: readonly TaskNode[];
  readonly #effects: JobEffects;
  readonly machines: JobMachines;
  readonly coordinator: Coordinator<TaskNode>;

  constructor(graph: TaskGraph, settings: JobSettings & { readonly id: string }) {
    const nodes = makeNodes(graph);
    const { clock, inspect, maxConcurrency, timeout, onFailure, onEvent, onListenerError } = settings;
    this.id = settings.id;
    this.settings = settings;
    this.workflow = new IdentifiedWorkflow(settings, graph);
    this.turns = new Turns((then) => void pause(clock).then(then));
    this.context = new SharedContext(graph, settings.context);
    this.listeners = new Listeners(onListenerError);
    if (onEvent !== undefined) {
      this.listeners.add('*', onEvent);
    }
    const nodeAt = (index: number) => nodes[index] as TaskNode;
    this.nodes = nodes;
    this.graph = graph;
    this.ordinary = graph.finals.length === 0 ? nodes : nodes.filter(({ spec }) => spec.finally !== true);
    this.coordinator = new Coordinator(this.turns, {
      nodes,
      roots: graph.roots.map(nodeAt).filter(({ spec }) => spec.finally !== true),
      // Looked up when needed: arrays of nodes, kept for each task, would be a large part of a job's memory.
      dependentsOf: ({ index }) => graph.dependents.map(index, nodeAt),
      hasEdges: graph.tasks.some(({ edges }) => edges !== undefined),
      specOf: ({ spec }) => spec,
      blockerOf: (node) => this.#effects.blockerOf(node),
      spawn: (node) => this.machines.spawn(node),
      isSettled,
      rankOf: (node) => (this.journal === undefined ? KNOWN : rankOf(node, this.journal, this.settings.onFailure)),
      tellTask: (node, message) => this.tell(node, message),
      tellJob: (message) => this.machines.tellJob(message),
    });
    this.clock = inTurns(clock, (event) => this.turns.take(event), onListenerError);
    // A lease is renewed while saved outcomes are replayed, too.
    const aside = inTurns(clock, (event) => this.turns.takeAside(event), onListenerError);
    this.journal =
      settings.store && new Journal(settings.store, this.id, aside, settings.lease, (error) => this.commands.detach(error));
    this.#effects = new JobEffects(this);
    this.attempts = new AttemptRunner(this, this.turns, () => this.#checkDrained());
    this.conditions = new Conditions(this, this.turns);
    this.machines = new JobMachines({
      id: this.id,
      input: {
        tasks: this.ordinary.length,
        finals: graph.finals.length,
        undoable: nodes.filter(({ effects }) => effects !== undefined).length,
        slots: Math.min(maxConcurrency, nodes.length),
        timeout: timeout ?? null,
        onFailure,
        undo: settings.undo,
      },
      nodes: { [Symbol.iterator]: () => this.#effects.allNodes() },
      clock: this.clock,
      interpreter: settings.interpreter,
      inspect,
      effects: this.#effects,
      inputOf: ({ spec, isUndo }) =>
        inputOf(spec, this.settings.maxRetries, this.journal?.recorded?.retriesOf(spec.name, isUndo)),
      cancel: (reason) => this.commands.cancel(reason),
      guard: (inspector) => safeInspector(inspector, onListenerError),
    });
    this.commands = new JobCommands(this, this.turns, this.machines);
  }

  get actor(): JobActor {
    return this.machines.actor;
  }

  get state(): JobState {
    return this.#effects.state;
  }

  /** Set once a job that doesn't complete has found out what to undo. */
  get undo(): UndoPhase | undefined {
    return this.#effects.undo;
  }

  get isSettled(): boolean {
    return this.#effects.hasEnded;
  }

  get tasks(): Map<string, TaskReport> {
    const tasks = new Map<string, TaskReport>();
    for (const { record } of this.nodes) {
      // The record no longer changes once the job has ended.
      tasks.set(record.task, Object.freeze(this.isSettled ? record : { ...record }));
    }
    // JSON has no Map: there, the reports are an array. So they survive in a persisted snapshot.
    Object.defineProperty(tasks, 'toJSON', { value: () => [...tasks.values()] });
    return tasks;
  }

  nodeOf(task: string): TaskNode | undefined {
    const place = this.graph.places.get(task);
    return place === undefined ? undefined : this.nodes[place];
  }

  /** The place of a task in the queue for a slot: 1 is next, 0 is not in the queue. */
  placeOf(node: TaskNode): number {
    return this.coordinator.queue.placeOf(node);
  }

  tell(node: TaskNode, message: TaskMessage): void {
    this.machines.tellTask(node, message);
  }

  detailsFor(node: TaskNode, attempt: number): ExecutionDetails | undefined {
    return this.#effects.detailsFor(node, attempt);
  }

  returned(node: TaskNode): void {
    this.#effects.returned(node);
  }

  ended(): void {
    this.commands.end();
    this.undo?.stop();
    this.listeners.end();
    this.settled.resolve(this.#result());
    this.#checkDrained();
  }

  #result(): JobResult {
    const { result, failures } = this.#effects.end;
    return markResult({
      ...result,
      failures: Object.freeze(failures.list),
      undo: this.#effects.undone,
      workflow: this.settings.name,
      context: Object.freeze(this.context.copy()),
      tasks: this.tasks,
    } as JobResult);
  }

  #checkDrained(): void {
    if (this.isSettled && this.attempts.isIdle) {
      this.drained.resolve();
    }
  }
}
