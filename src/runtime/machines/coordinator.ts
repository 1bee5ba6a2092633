import type { StopReason } from '../../machines/events.ts';
import type { Blocker, EndSaved, JobMessage, TaskMessage } from '../../machines/messages.ts';
import { PART } from '../../time/in-parts.ts';
import type { Turns } from '../../time/turns.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import { FAILS, KNOWN, LATE, type Rank, SlotQueue } from './slot-queue.ts';

/** The machines a coordinator talks to: real ones, or those of the model checker. */
export interface Coordinated<Node> {
  /** In definition order. */
  readonly nodes: readonly Node[];
  /** Tasks without dependencies, in the order they become ready. */
  readonly roots: readonly Node[];
  /** The direct dependents of a task, in the order they become ready. */
  dependentsOf(node: Node): readonly Node[];
  specOf(node: Node): TaskSpec;
  /** Whether a task has dependencies that need not complete. */
  readonly hasEdges: boolean;
  /** What kept a settled task from completing; null if it completed. */
  blockerOf(node: Node): Blocker | null;
  spawn(node: Node): void;
  isSettled(node: Node): boolean;
  /** What is saved about the next attempt of a task. Without a store, every task is known, so that its slot is granted at once. */
  rankOf(node: Node): Rank;
  tellTask(node: Node, message: TaskMessage): void;
  tellJob(message: JobMessage): void;
}

const DEPENDENCY_COMPLETED: TaskMessage = { type: 'dependency.settled', edge: 'completed', group: 0, blocker: null };
const SLOT_GRANTED: TaskMessage = { type: 'slot.granted' };

/** Performs the actions of a job's machine on its tasks: spawns them and passes messages on, after the current step. */
export class Coordinator<Node> {
  readonly queue = new SlotQueue<Node>();
  /** How many granted slots are held back for tasks whose outcomes are saved. */
  #held = 0;
  readonly #turns: Turns;
  readonly #job: Coordinated<Node>;
  readonly #completeDependency = (node: Node) => this.#job.tellTask(node, DEPENDENCY_COMPLETED);

  constructor(turns: Turns, job: Coordinated<Node>, queue: readonly Node[] = []) {
    this.#turns = turns;
    this.#job = job;
    for (const node of queue) {
      this.enqueueTask(node);
    }
  }

  spawnTasks(): void {
    this.#deferEach(this.#job.nodes, (node) => this.#job.spawn(node));
  }

  scheduleRoots(): void {
    this.schedule(this.#job.roots);
  }

  /** Starts tasks without dependencies. */
  schedule(nodes: readonly Node[]): void {
    this.#tellDependencyCompleted(nodes);
  }

  notifyDependents(node: Node): void {
    const dependents = this.#job.dependentsOf(node);
    const blocker = this.#job.blockerOf(node);
    if (blocker === null && !this.#job.hasEdges) {
      this.#tellDependencyCompleted(dependents);
    } else {
      const { name } = this.#job.specOf(node);
      this.#deferEach(dependents, (dependent) => this.#tellDependencySettled(dependent, name, blocker));
    }
  }

  #tellDependencySettled(dependent: Node, dependency: string, blocker: Blocker | null): void {
    const { kind = 'completed', group = 0 } = this.#job.specOf(dependent).edges?.get(dependency) ?? {};
    this.#job.tellTask(dependent, { type: 'dependency.settled', edge: kind, group, blocker });
  }

  enqueueTask(node: Node): void {
    const rank = this.#job.rankOf(node);
    this.queue.push(node, rank);
    if (rank === KNOWN && this.#held > 0) {
      this.#held -= 1;
      this.#grantNext();
    }
  }

  /** All saved outcomes are replayed before a function is called or a failure ends the job. */
  grantSlot(): void {
    if (this.queue.has(KNOWN)) {
      this.#grantNext();
    } else {
      this.#held += 1;
      this.#turns.afterReplays(() => this.#grantHeld());
    }
  }

  /**
   * Tasks that fail, and those that ended after that, start together, even if there are fewer slots than before a resume: the first to fail ends
   * the job, and the others were running.
   */
  #grantHeld(): void {
    if (this.queue.has(FAILS) || this.queue.has(LATE)) {
      this.#grantAll();
    } else {
      // The saved failure of a condition comes now, and may end the job.
      this.#turns.afterReplays(() => this.#turns.afterReplays(() => this.#grantAll()));
    }
  }

  #grantAll(): void {
    for (let isDue = this.#held > 0; isDue; isDue = this.queue.has(FAILS) || this.queue.has(LATE)) {
      this.#held = Math.max(this.#held - 1, 0);
      this.#grantNext();
    }
  }

  #grantNext(): void {
    const node = this.queue.shift() as Node;
    this.#turns.defer(() => this.#job.tellTask(node, SLOT_GRANTED));
  }

  stopTasks(reason: StopReason, nodes: readonly Node[] = this.#job.nodes): void {
    this.#grantNoMore();
    this.#deferEach(nodes, (node) => this.#stop(node, reason));
  }

  /** Stops all tasks that aren't running. */
  stopIdleTasks(reason: StopReason, nodes: readonly Node[] = this.#job.nodes): void {
    this.#grantNoMore();
    this.#deferEach(nodes, (node) => {
      if (!this.#job.isSettled(node)) {
        this.#job.tellTask(node, { type: 'task.stop', reason });
      }
    });
  }

  #grantNoMore(): void {
    this.#held = 0;
    this.queue.clear();
  }

  stopTask(node: Node, reason: StopReason): void {
    this.#turns.defer(() => this.#stop(node, reason));
  }

  /** @param tasks how many have to be undone */
  undoPlanned(tasks: number): void {
    this.#turns.defer(() => this.#job.tellJob({ type: 'undo.planned', tasks }));
  }

  endingSaved(): void {
    this.#turns.defer(() => this.#job.tellJob({ type: 'ending.saved' }));
  }

  /** @param details why the job ended, for its last event */
  endSaved(details: Omit<EndSaved, 'type'>): void {
    this.#turns.defer(() => this.#job.tellJob({ type: 'end.saved', ...details }));
  }

  #stop(node: Node, reason: StopReason): void {
    if (!this.#job.isSettled(node)) {
      this.#job.tellTask(node, { type: 'task.cancel', reason });
    }
  }

  #tellDependencyCompleted(nodes: readonly Node[]): void {
    this.#deferEach(nodes, this.#completeDependency);
  }

  #deferEach(nodes: readonly Node[], tell: (node: Node) => void): void {
    for (let start = 0; start < nodes.length; start += PART) {
      this.#deferPart(nodes, start, tell);
    }
  }

  #deferPart(nodes: readonly Node[], start: number, tell: (node: Node) => void): void {
    this.#turns.defer(() => {
      const end = Math.min(start + PART, nodes.length);
      for (let index = start; index < end; index += 1) {
        tell(nodes[index] as Node);
      }
    });
  }
}
