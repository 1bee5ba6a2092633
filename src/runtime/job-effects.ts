import type { Journal, SavedEnd } from '../journal/journal.ts';
import { keepsEnding } from '../journal/keeps-ending.ts';
import type { JobEmitted, JobState, StopReason, TaskEmitted } from '../machines/events.ts';
import type { LastPhase } from '../machines/last-phases.ts';
import type { Blocker, EndState, TaskMessage } from '../machines/messages.ts';
import type { TurnClock } from '../time/clock.ts';
import type { Turns } from '../time/turns.ts';
import type { TaskGraph } from '../workflow/graph/task-graph.ts';
import type { JobEnding } from '../workflow/task-definition.ts';
import type { AttemptRunner } from './attempts/attempt-runner.ts';
import { type ExecutionDetails, outcomesOf, undoDetails } from './attempts/execution-details.ts';
import type { Conditions } from './conditions.ts';
import type { SharedContext } from './context/shared-context.ts';
import { Announcer } from './events/announcer.ts';
import type { Listeners } from './events/listeners.ts';
import { JobEnd } from './job-end.ts';
import type { Coordinator } from './machines/coordinator.ts';
import type { JobMachines } from './machines/job-machines.ts';
import type { MachineEffects } from './machines/live-machines.ts';
import { finishAttempt, type TaskNode } from './machines/task-node.ts';
import type { JobSettings } from './run-options.ts';
import { UndoPhase } from './undo/undo-phase.ts';

interface PerformingJob {
  readonly id: string;
  readonly settings: JobSettings;
  readonly graph: TaskGraph;
  /** In definition order. */
  readonly nodes: readonly TaskNode[];
  /** All but the finally tasks. */
  readonly ordinary: readonly TaskNode[];
  readonly journal: Journal | undefined;
  readonly clock: TurnClock;
  readonly context: SharedContext;
  readonly listeners: Listeners;
  readonly turns: Turns;
  readonly machines: JobMachines;
  readonly coordinator: Coordinator<TaskNode>;
  readonly attempts: AttemptRunner;
  readonly conditions: Conditions;
  nodeOf(task: string): TaskNode | undefined;
  tell(node: TaskNode, message: TaskMessage): void;
  /** The job has entered its end state. */
  ended(): void;
}

const END_STATES: ReadonlySet<JobState> = new Set(['completed', 'failed', 'cancelled', 'timedOut', 'detached']);

/** Performs the actions of a job's machines, and emits their events. */
export class JobEffects implements MachineEffects {
  readonly end = new JobEnd();
  readonly #job: PerformingJob;
  readonly #announcer: Announcer;
  /** Set once a job that doesn't complete has found out what to undo. */
  undo: UndoPhase | undefined;
  #state: JobState = 'idle';

  constructor(job: PerformingJob) {
    this.#job = job;
    this.#announcer = new Announcer(job, this.end.failures);
  }

  get state(): JobState {
    return this.#state;
  }

  get hasEnded(): boolean {
    return END_STATES.has(this.#state);
  }

  /** Whether tasks were undone, and whether all that had to be were. */
  get undone(): UndoPhase['result'] {
    return this.undo?.result ?? 'none';
  }

  spawnTasks(): void {
    if (this.#job.machines.isInspected) {
      this.#job.coordinator.spawnTasks();
    }
  }

  scheduleRoots(): void {
    this.#job.coordinator.scheduleRoots();
  }

  notifyDependents(task: string): void {
    const node = this.#node(task);
    if (this.undo?.has(node) === true) {
      this.#job.turns.defer(() => this.undo?.settled(node));
    } else {
      this.#job.coordinator.notifyDependents(node);
    }
  }

  enqueueTask(task: string): void {
    this.#job.coordinator.enqueueTask(this.#node(task));
  }

  grantSlot(): void {
    this.#job.coordinator.grantSlot();
  }

  stopTasks(reason: StopReason, cause: unknown): void {
    this.end.stop(reason, cause, this.#job.settings.timeout);
    if (reason === 'jobCancelled') {
      this.#job.turns.defer(() => this.#job.journal?.cancel(cause));
    }
    this.#job.coordinator.stopTasks(
      reason,
      this.#state === 'idle' || reason === 'jobDetached' ? [...this.allNodes()] : this.#job.ordinary,
    );
  }

  stopIdleTasks(reason: StopReason): void {
    this.#job.coordinator.stopIdleTasks(reason, this.#job.ordinary);
  }

  stopTask(task: string, reason: StopReason): void {
    this.#job.coordinator.stopTask(this.#node(task), reason);
  }

  saveEnd(state: EndState): void {
    if (this.#state === 'running' && !keepsEnding(this.#job.journal, state)) {
      return;
    }
    this.end.decide(state);
    const { journal, coordinator, turns } = this.#job;
    const saved = () => coordinator.endSaved(this.end.details);
    if (journal === undefined || state === 'detached') {
      journal?.released === undefined ? saved() : void journal.released.then(() => turns.take(saved));
    } else {
      turns.defer(() => journal.end(state, () => turns.take(saved)));
    }
  }

  planUndo(): void {
    this.#job.turns.defer(() => {
      const undo = new UndoPhase(this.#job.graph, this.#job);
      const mayHaveActed = (task: string) => this.#job.journal?.recorded?.mayHaveActed(task) === true;
      undo.plan(this.#job.ordinary, mayHaveActed, () => {
        this.undo = undo;
        this.#job.coordinator.undoPlanned(undo.nodes.size);
      });
    });
  }

  scheduleUndo(): void {
    this.#job.turns.defer(() => this.undo?.start());
  }

  scheduleFinals(): void {
    const roots = this.#job.graph.roots.map((index) => this.#job.nodes[index] as TaskNode);
    this.#job.coordinator.schedule(roots.filter(({ spec }) => spec.finally === true));
  }

  saveEnding(phase: LastPhase, state: SavedEnd): void {
    if (this.#state === 'running' && !keepsEnding(this.#job.journal, state)) {
      return;
    }
    this.end.decide(state);
    const saved = () => this.#job.coordinator.endingSaved();
    if (this.#job.journal?.hasEntered(phase) !== false) {
      saved();
    } else {
      this.#job.turns.defer(() =>
        this.#job.journal?.enter({ phase, state, acted: this.undo?.acted ?? [] }, () => this.#job.turns.take(saved)),
      );
    }
  }

  decide(task: string): void {
    this.#job.turns.defer(() => this.#job.conditions.decide(this.#node(task)));
  }

  startAttempt(task: string, attempt: number): void {
    this.#job.turns.defer(() => this.#job.attempts.start(this.#node(task), attempt));
  }

  expireAttempt(task: string): void {
    this.#job.turns.defer(() => this.#job.attempts.expire(this.#node(task)));
  }

  abortAttempt(task: string): void {
    // At once: listeners must see that the attempt is over.
    const attempt = finishAttempt(this.#node(task));
    this.#job.turns.defer(() => attempt?.abort(this.end.error));
  }

  mergeOutput(task: string, output: object | undefined): void {
    if (output !== undefined) {
      this.#job.context.merge(this.#node(task).index, output);
    }
  }

  /** What kept a settled task from completing. */
  blockerOf({ index, record: { task, state, origin } }: TaskNode): Blocker | null {
    if (state === 'completed') {
      return null;
    }
    const place = origin === undefined ? index : (this.#job.graph.places.get(origin) as number);
    return { task: origin ?? task, position: this.#job.graph.positions[place] as number };
  }

  /** The task, or its undo once that is planned: by then the task has settled. */
  #node(task: string): TaskNode {
    const node = this.#job.nodeOf(task) as TaskNode;
    return this.undo?.nodes.get(node.index) ?? node;
  }

  *allNodes(): Generator<TaskNode> {
    yield* this.#job.nodes;
    yield* this.undo?.nodes.values() ?? [];
  }

  detailsFor(node: TaskNode, attempt: number): ExecutionDetails | undefined {
    const { spec } = node;
    if (this.undo?.has(node) === true) {
      return undoDetails(this.#job.id, node, this.#job.context.outputOf(node.index), attempt);
    }
    const details = spec.edges && { outcomes: outcomesOf(spec.edges, (name) => this.#job.nodeOf(name)) };
    return spec.finally === true ? { ...details, ending: this.end.ending as JobEnding } : details;
  }

  returned(node: TaskNode): void {
    if (node.effects?.calls === 0) {
      this.undo?.returned(node);
    }
  }

  announceTask(emitted: TaskEmitted): void {
    const node = this.#node(emitted.task);
    if (this.undo?.has(node) === true) {
      this.#announcer.announceUndo(node, emitted);
    } else {
      this.#announcer.announceTask(node, emitted);
    }
  }

  announceJob(emitted: JobEmitted): void {
    this.#state = emitted.to;
    this.#announcer.announceJob(emitted);
    if (this.hasEnded) {
      this.#job.ended();
    }
  }
}
