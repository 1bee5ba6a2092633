import { Journal, type SavedEnd } from '../journal/journal.ts';
import type { JobEmitted, JobState, StopReason, TaskEmitted } from '../machines/events.ts';
import type { Blocker, EndState, TaskMessage } from '../machines/messages.ts';
import { undoEvent } from '../machines/undo-events.ts';
import { inTurns, type TurnClock } from '../time/clock.ts';
import { pause } from '../time/pause.ts';
import { Turns } from '../time/turns.ts';
import type { TaskGraph } from '../workflow/graph/task-graph.ts';
import { AttemptRunner } from './attempts/attempt-runner.ts';
import { type ExecutionDetails, outcomesOf, undoDetails } from './attempts/execution-details.ts';
import { Conditions } from './conditions.ts';
import { SharedContext } from './context/shared-context.ts';
import { deferred } from './deferred.ts';
import { EventStamper } from './events/event-stamper.ts';
import { Listeners } from './events/listeners.ts';
import { failureOf, recordUndo, type TaskReport } from './events/task-report.ts';
import type { JobWorkflow } from './executor.ts';
import { IdentifiedWorkflow } from './identified-workflow.ts';
import { JobCommands } from './job-commands.ts';
import { JobEnd } from './job-end.ts';
import { type JobResult, markResult } from './job-result.ts';
import { Coordinator } from './machines/coordinator.ts';
import type { JobActor } from './machines/job-actor.ts';
import { JobMachines } from './machines/job-machines.ts';
import type { MachineEffects } from './machines/live-machines.ts';
import { rankOf } from './machines/rank-of.ts';
import { KNOWN } from './machines/slot-queue.ts';
import { finishAttempt, inputOf, isSettled, makeNodes, recordTransition, type TaskNode } from './machines/task-node.ts';
import { type JobSettings, safeInspector } from './run-options.ts';
import { type UndoNode, UndoPhase } from './undo/undo-phase.ts';

const END_STATES: ReadonlySet<JobState> = new Set(['completed', 'failed', 'cancelled', 'timedOut', 'detached']);

/** Connects the machines of one job to the world: performs their actions and emits their events. */
export class JobRuntime implements MachineEffects {
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
  readonly #places: ReadonlyMap<string, number>;
  readonly #turns: Turns;
  readonly #stamper: EventStamper;
  readonly #attempts: AttemptRunner;
  readonly #conditions: Conditions;
  readonly #positions: ArrayLike<number>;
  readonly #end = new JobEnd();
  readonly #graph: TaskGraph;
  /** All but the finally tasks. */
  readonly #ordinary: readonly TaskNode[];
  #undo: UndoPhase | undefined;
  readonly #machines: JobMachines;
  readonly #coordinator: Coordinator<TaskNode>;
  #state: JobState = 'idle';

  constructor(graph: TaskGraph, settings: JobSettings & { readonly id: string }) {
    const nodes = makeNodes(graph);
    const { clock, inspect, maxConcurrency, timeout, onFailure, onEvent, onListenerError } = settings;
    this.id = settings.id;
    this.settings = settings;
    this.workflow = new IdentifiedWorkflow(settings, graph);
    this.#turns = new Turns((then) => void pause(clock).then(then));
    this.context = new SharedContext(graph, settings.context);
    this.listeners = new Listeners(onListenerError);
    if (onEvent !== undefined) {
      this.listeners.add('*', onEvent);
    }
    const nodeAt = (index: number) => nodes[index] as TaskNode;
    this.nodes = nodes;
    this.#graph = graph;
    this.#ordinary = graph.finals.length === 0 ? nodes : nodes.filter(({ spec }) => spec.finally !== true);
    this.#places = graph.places;
    this.#positions = graph.positions;
    this.#coordinator = new Coordinator(this.#turns, {
      nodes,
      roots: graph.roots.map(nodeAt).filter(({ spec }) => spec.finally !== true),
      // Looked up when needed: arrays of nodes, kept for each task, would be a large part of a job's memory.
      dependentsOf: ({ index }) => graph.dependents.map(index, nodeAt),
      hasEdges: graph.tasks.some(({ edges }) => edges !== undefined),
      specOf: ({ spec }) => spec,
      blockerOf: (node) => this.#blockerOf(node),
      spawn: (node) => this.#machines.spawn(node),
      isSettled,
      rankOf: (node) => (this.journal === undefined ? KNOWN : rankOf(node, this.journal, this.settings.onFailure)),
      tellTask: (node, message) => this.tell(node, message),
      tellJob: (message) => this.#machines.tellJob(message),
    });
    this.clock = inTurns(clock, (event) => this.#turns.take(event), onListenerError);
    // A lease is renewed while saved outcomes are replayed, too.
    const aside = inTurns(clock, (event) => this.#turns.takeAside(event), onListenerError);
    this.journal =
      settings.store && new Journal(settings.store, this.id, aside, settings.lease, (error) => this.commands.detach(error));
    this.#stamper = new EventStamper(this.clock, this.journal);
    this.#attempts = new AttemptRunner(this, this.#turns, () => this.#checkDrained());
    this.#conditions = new Conditions(this, this.#turns);
    this.#machines = new JobMachines({
      id: this.id,
      input: {
        tasks: this.#ordinary.length,
        finals: graph.finals.length,
        undoable: nodes.filter(({ effects }) => effects !== undefined).length,
        slots: Math.min(maxConcurrency, nodes.length),
        timeout: timeout ?? null,
        onFailure,
        undo: settings.undo,
      },
      nodes: { [Symbol.iterator]: () => this.#allNodes() },
      clock: this.clock,
      interpreter: settings.interpreter,
      inspect,
      effects: this,
      inputOf: ({ spec, isUndo }) =>
        inputOf(spec, this.settings.maxRetries, this.journal?.recorded?.retriesOf(spec.name, isUndo)),
      cancel: (reason) => this.commands.cancel(reason),
      guard: (inspector) => safeInspector(inspector, onListenerError),
    });
    this.commands = new JobCommands(this, this.#turns, this.#machines);
  }

  get actor(): JobActor {
    return this.#machines.actor;
  }

  get state(): JobState {
    return this.#state;
  }

  get isSettled(): boolean {
    return END_STATES.has(this.#state);
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
    const place = this.#places.get(task);
    return place === undefined ? undefined : this.nodes[place];
  }

  /** The place of a task in the queue for a slot: 1 is next, 0 is not in the queue. */
  placeOf(node: TaskNode): number {
    return this.#coordinator.queue.placeOf(node);
  }

  tell(node: TaskNode, message: TaskMessage): void {
    this.#machines.tellTask(node, message);
  }

  spawnTasks(): void {
    if (this.#machines.isInspected) {
      this.#coordinator.spawnTasks();
    }
  }

  scheduleRoots(): void {
    this.#coordinator.scheduleRoots();
  }

  notifyDependents(task: string): void {
    const node = this.#node(task);
    if (this.#undo?.has(node) === true) {
      this.#turns.defer(() => this.#undo?.settled(node));
    } else {
      this.#coordinator.notifyDependents(node);
    }
  }

  enqueueTask(task: string): void {
    this.#coordinator.enqueueTask(this.#node(task));
  }

  grantSlot(): void {
    this.#coordinator.grantSlot();
  }

  stopTasks(reason: StopReason, cause: unknown): void {
    this.#end.stop(reason, cause, this.settings.timeout);
    if (reason === 'jobCancelled') {
      this.#turns.defer(() => this.journal?.cancel(cause));
    }
    this.#coordinator.stopTasks(
      reason,
      this.#state === 'idle' || reason === 'jobDetached' ? [...this.#allNodes()] : this.#ordinary,
    );
  }

  stopIdleTasks(reason: StopReason): void {
    this.#coordinator.stopIdleTasks(reason, this.#ordinary);
  }

  stopTask(task: string, reason: StopReason): void {
    this.#coordinator.stopTask(this.#node(task), reason);
  }

  saveEnd(state: EndState): void {
    this.#end.decide(state);
    const saved = () => this.#coordinator.endSaved(this.#end.details);
    if (this.journal === undefined || state === 'detached') {
      const { released } = this.journal ?? {};
      released === undefined ? saved() : void released.then(() => this.#turns.take(saved));
    } else {
      this.#turns.defer(() => this.journal?.end(state, () => this.#turns.take(saved)));
    }
  }

  planUndo(): void {
    this.#turns.defer(() => {
      this.#undo = new UndoPhase(
        this.#graph,
        this,
        this.#ordinary,
        (task) => this.journal?.recorded?.mayHaveActed(task) === true,
      );
      this.#coordinator.undoPlanned(this.#undo.nodes.size);
    });
  }

  scheduleUndo(): void {
    this.#turns.defer(() => this.#undo?.start());
  }

  scheduleFinals(): void {
    const nodeAt = (index: number) => this.nodes[index] as TaskNode;
    this.#coordinator.schedule(this.#graph.roots.map(nodeAt).filter(({ spec }) => spec.finally === true));
  }

  saveEnding(phase: 'undoing' | 'finishing', state: SavedEnd): void {
    this.#end.decide(state);
    const saved = () => this.#coordinator.endingSaved();
    if (this.journal?.hasEntered(phase) !== false) {
      saved();
    } else {
      this.#turns.defer(() => this.journal?.enter(phase, state, () => this.#turns.take(saved)));
    }
  }

  decide(task: string): void {
    this.#turns.defer(() => this.#conditions.decide(this.#node(task)));
  }

  startAttempt(task: string, attempt: number): void {
    this.#turns.defer(() => this.#attempts.start(this.#node(task), attempt));
  }

  expireAttempt(task: string): void {
    this.#turns.defer(() => this.#attempts.expire(this.#node(task)));
  }

  abortAttempt(task: string): void {
    // At once: listeners must see that the attempt is over.
    const attempt = finishAttempt(this.#node(task));
    this.#turns.defer(() => attempt?.abort(this.#end.error));
  }

  mergeOutput(task: string, output: object | undefined): void {
    if (output !== undefined) {
      this.context.merge(this.#node(task).index, output);
    }
  }

  /** What kept a settled task from completing. */
  #blockerOf({ index, record: { task, state, origin } }: TaskNode): Blocker | null {
    if (state === 'completed') {
      return null;
    }
    const place = origin === undefined ? index : (this.#places.get(origin) as number);
    return { task: origin ?? task, position: this.#positions[place] as number };
  }

  /** The task, or its undo once that is planned: by then the task has settled. */
  #node(task: string): TaskNode {
    const node = this.nodeOf(task) as TaskNode;
    return this.#undo?.nodes.get(node.index) ?? node;
  }

  *#allNodes(): Generator<TaskNode> {
    yield* this.nodes;
    yield* this.#undo?.nodes.values() ?? [];
  }

  detailsFor(node: TaskNode, attempt: number): ExecutionDetails | undefined {
    const { spec } = node;
    if (spec.finally === true) {
      return { ending: this.#end.ending };
    }
    if (this.#undo?.has(node) === true) {
      return undoDetails(this.id, node, this.context.outputOf(node.index), attempt);
    }
    return spec.edges && { outcomes: outcomesOf(spec.edges, (name) => this.nodeOf(name)) };
  }

  returned(node: TaskNode): void {
    if (node.effects?.calls === 0) {
      this.#undo?.returned(node);
    }
  }

  announceTask(emitted: TaskEmitted): void {
    const node = this.#node(emitted.task);
    if (this.#undo?.has(node) === true) {
      this.#announceUndo(node, emitted);
    } else {
      const event = this.#stamper.stamp(emitted);
      recordTransition(node, event);
      if (event.type === 'task.failed' && node.spec.continueOnFailure !== true) {
        this.#end.failures.add(failureOf(node.record), event);
      }
      this.#forgetSettled(node);
      this.listeners.tell(event);
    }
    if (emitted.type === 'task.running' && node.spec.timeout !== undefined) {
      // The machine sets its timer now.
      node.grantedAt = this.clock.now();
    }
  }

  /** The undo of a task is attempted like a task; its events are about the task that is undone. */
  #announceUndo(node: UndoNode, emitted: TaskEmitted): void {
    const { record } = node.of;
    const event = undoEvent(emitted, node.before);
    const stamped = event && this.#stamper.stamp(event);
    recordTransition(node, Object.assign(emitted, { sequence: 0, at: stamped?.at ?? this.clock.now() }));
    this.#forgetSettled(node);
    if (stamped !== undefined) {
      recordUndo(record, stamped);
      if (stamped.type === 'task.undoFailed') {
        const { task, reason, error, attempt } = stamped;
        this.#end.failures.add(Object.freeze({ task, reason, error, attempts: attempt, isUndo: true as const }), stamped);
      }
      this.listeners.tell(stamped);
    }
  }

  #forgetSettled(node: TaskNode): void {
    if (isSettled(node)) {
      this.#machines.forget(node);
    }
  }

  announceJob(emitted: JobEmitted): void {
    this.#state = emitted.to;
    this.listeners.tell(this.#stamper.stamp(emitted));
    if (this.isSettled) {
      this.commands.end();
      this.#undo?.stop();
      this.listeners.end();
      this.settled.resolve(this.#result());
      this.#checkDrained();
    }
  }

  #result(): JobResult {
    const { result, failures } = this.#end;
    return markResult({
      ...result,
      failures: Object.freeze(failures.list),
      undo: this.#undo?.result ?? 'none',
      workflow: this.settings.name,
      context: Object.freeze(this.context.copy()),
      tasks: this.tasks,
    } as JobResult);
  }

  #checkDrained(): void {
    if (this.isSettled && this.#attempts.isIdle) {
      this.drained.resolve();
    }
  }
}
