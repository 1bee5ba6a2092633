import type { StopReason } from '../../machines/events.ts';
import { hasEntered } from '../../machines/last-phases.ts';
import type { Coordinator } from '../../runtime/machines/coordinator.ts';
import type { Turns } from '../../time/turns.ts';
import type { MadeEnding } from './choice.ts';
import type { ModelTask } from './model-task.ts';
import { ModelUndoing, type UndoingJob } from './model-undoing.ts';
import type { PendingRecords } from './pending-records.ts';
import type { UndoTask } from './undo-task.ts';

/** The tasks of a job by the phases in which they run. */
export interface PhaseTasks {
  readonly all: readonly ModelTask[];
  readonly ordinary: readonly ModelTask[];
  readonly finals: readonly ModelTask[];
  readonly undos: readonly UndoTask[];
}

interface EndingJob extends UndoingJob {
  readonly isRecorded: boolean;
  readonly isIdle: boolean;
  readonly isSettled: boolean;
  /** How the job will end, as far as that is saved. */
  savedEnding: MadeEnding | undefined;
  /** Whether nothing more can be saved in this step. */
  readonly isLost: boolean;
  /** A decision is made that is being saved. */
  decidedEnding(ending: MadeEnding): void;
}

/** Takes a job through its last phases as the runtime does. */
export class ModelEnding {
  readonly undoing: ModelUndoing;
  readonly #job: EndingJob;
  readonly #tasks: PhaseTasks;
  readonly #turns: Turns;
  readonly #records: PendingRecords;
  readonly #coordinator: () => Coordinator<ModelTask>;

  constructor(
    job: EndingJob,
    tasks: PhaseTasks,
    turns: Turns,
    records: PendingRecords,
    coordinator: () => Coordinator<ModelTask>,
  ) {
    this.#job = job;
    this.#tasks = tasks;
    this.#turns = turns;
    this.#records = records;
    this.#coordinator = coordinator;
    this.undoing = new ModelUndoing(job, turns);
  }

  get ordinary(): readonly ModelTask[] {
    return this.#tasks.ordinary;
  }

  get finalRoots(): readonly ModelTask[] {
    return this.#tasks.finals.filter(({ dependencies }) => dependencies.length === 0);
  }

  /** The tasks that are stopped. */
  stoppedFor(reason: StopReason): readonly ModelTask[] {
    const { all, ordinary, undos } = this.#tasks;
    return this.#job.isIdle || reason === 'jobDetached' ? [...all, ...undos.filter(({ isPlanned }) => isPlanned)] : ordinary;
  }

  planUndo(): void {
    this.#turns.defer(() => this.#coordinator().undoPlanned(this.undoing.plan()));
  }

  startUndo(): void {
    this.#turns.defer(() => this.undoing.start());
  }

  undone(undo: UndoTask): void {
    this.#turns.defer(() => this.undoing.settled(undo));
  }

  /** The job enters a phase once that is saved. */
  enter(phase: MadeEnding['phase'], ending: string): void {
    const job = this.#job;
    if (!job.isRecorded || hasEntered(phase, job.savedEnding?.phase)) {
      this.#coordinator().endingSaved();
      return;
    }
    if (job.isLost) {
      return;
    }
    this.#turns.defer(() => {
      const made: MadeEnding = { phase, ending };
      job.decidedEnding(made);
      this.#records.push(
        () => {
          job.savedEnding = made;
          for (const { of, isPlanned } of this.#tasks.undos) {
            of.record.saveEffect(isPlanned && of.announced !== 'completed');
          }
        },
        () => {
          if (!job.isSettled) {
            this.#coordinator().endingSaved();
          }
        },
        true,
      );
    });
  }
}
