import type { AnyEventObject } from 'xstate';
import type { UndoEmitted } from '../../machines/events.ts';
import type { JobContext } from '../../machines/job.machine.ts';
import type { TaskContext } from '../../machines/task.machine.ts';
import type { Choice, Decision } from '../model/choice.ts';
import type { ModelActor, ModelTask } from '../model/model-task.ts';
import type { Observer } from '../model/observer.ts';
import type { SteppedActor } from '../model/stepped-actor.ts';
import type { System } from '../model/system.ts';
import { UndoTask } from '../model/undo-task.ts';
import type { LocalState, LocalStep } from '../tables/local-machine.ts';
import { BranchLaws } from './branch-laws.ts';
import { ContextLaw } from './context-law.ts';
import { verdictOn } from './edge-table.ts';
import { EndingLaws } from './ending-laws.ts';
import type { Breach, LawName } from './law-names.ts';
import { breachesOfEvent, breachesOfStep, breachesOfTaskStep } from './machine-laws.ts';
import { breachesOfCall, breachesOfDecision, breachesOfRecord, tooManyRetries, unheardOutcomes } from './record-laws.ts';
import { isSettled } from './transition-rules.ts';

/** Checks what happens between two states at rest against the laws. */
export class StepLaws implements Observer {
  /** The events emitted since `begin`. */
  events: AnyEventObject[] = [];
  breaches: Breach[] = [];
  readonly #system: System;
  readonly #context: ContextLaw;
  readonly #branches: BranchLaws;
  readonly #endings: EndingLaws;
  readonly #onStep: (step: LocalStep) => void;
  /** The task whose function was called last in this turn. */
  #called: ModelTask | undefined;

  constructor(system: System, onStep: (step: LocalStep) => void) {
    this.#system = system;
    this.#context = new ContextLaw(system);
    this.#branches = new BranchLaws(system);
    this.#endings = new EndingLaws(system);
    this.#onStep = onStep;
  }

  begin(): void {
    this.events = [];
    this.breaches = [];
    this.#context.begin();
    this.#branches.begin();
    if (this.#system.model.hasPhases) {
      this.#endings.begin();
    }
  }

  turnBegins(): void {
    this.#called = undefined;
  }

  moved(actor: ModelActor, event: AnyEventObject, before: LocalState, step: LocalStep): void {
    const { next } = step;
    this.#onStep(step);
    this.breaches.push(...breachesOfStep(actor.id, event, before, next));
    if (actor === this.#system.job) {
      this.#checkSlots((next.snapshot.context as JobContext).running, 'slots are in use');
    } else {
      this.#checkTask(actor as ModelTask, event, before, next);
    }
  }

  emitted(actor: ModelActor, event: AnyEventObject): void {
    const { job } = this.#system;
    const kind = actor === job ? 'job' : 'task';
    const { type, to } = event;
    const isUndo = actor instanceof UndoTask;
    if (!isUndo) {
      this.events.push(event);
    }
    if (type === 'task.completed' && !isUndo) {
      this.#context.completed(actor as ModelTask);
    }
    const { attempt } = actor.state.snapshot.context as Partial<TaskContext>;
    this.breaches.push(...breachesOfEvent(kind, actor.id, event, actor.announced, attempt));
    if (this.#system.model.hasPhases && !isUndo) {
      this.breaches.push(
        ...(kind === 'job' ? this.#endings.breachesOfJob(event) : this.#endings.breachesOfTask(actor as ModelTask, event)),
      );
    }
    if (kind === 'task' && !isUndo && (event.from === 'unscheduled' || this.#system.model.isBranching)) {
      this.breaches.push(...this.#branches.breachesOfEvent(actor as ModelTask, event));
    }
    if (isSettled(job.announced)) {
      this.#break('settledStaysSettled', `${actor.id} emitted ${type} after the job was ${job.announced}`);
    }
    if (kind === 'job' && isSettled(to) && this.#system.savedEnd !== to) {
      const saved = this.#system.savedEnd ?? 'no end';
      this.#break('endsAreSaved', `the job emitted ${type}, but ${saved} is saved`);
    }
    if (kind === 'job' && isSettled(to) && this.#called !== undefined) {
      this.#break('calledWhenAnnounced', `the function of ${this.#called.id} was called in the step that ended the job`);
    }
  }

  undoEmitted(undo: ModelTask, event: UndoEmitted): void {
    this.events.push(event);
    this.breaches.push(...this.#endings.breachesOfUndo(undo as UndoTask, event));
  }

  decided(task: ModelTask, decision: Decision): void {
    this.breaches.push(...this.#branches.breachesOfDecision(task, decision));
    if (typeof task.spec.when === 'function') {
      this.breaches.push(...this.#context.breachesOfCall(task));
    }
  }

  called(task: ModelTask, attempt: number): void {
    this.#called = task;
    if (task instanceof UndoTask) {
      this.breaches.push(...this.#endings.breachesOfCall(task), ...this.#context.breachesOfCall(task.of));
    } else {
      this.#checkDependencies(task, 'is called');
      this.breaches.push(...this.#context.breachesOfCall(task));
    }
    if (task.announced !== 'running') {
      this.#break(
        'calledWhenAnnounced',
        `the function of ${task.id} was called, but its last event announced ${task.announced}`,
      );
    }
    if (this.#system.isRecorded) {
      this.breaches.push(...breachesOfCall(task, attempt));
    }
    if (attempt < 1 || attempt > task.maxRetries + 1) {
      this.#break('attemptsAreCounted', `${task.id} started attempt ${attempt} of at most ${task.maxRetries + 1}`);
    }
  }

  refused(actor: SteppedActor | undefined, event: AnyEventObject): void {
    const receiver = actor === undefined ? 'no machine' : `${actor.id}, which has ended`;
    this.#break('actorsStayHealthy', `${event.type} was sent to ${receiver}`);
  }

  /** A choice was taken and the job is at rest again. */
  end(choice: Choice, hasChanged: () => boolean): void {
    for (const task of this.#system.isRecorded ? this.#system.all : []) {
      this.breaches.push(
        ...breachesOfRecord(task),
        ...tooManyRetries(task),
        ...unheardOutcomes(task, this.#system.job.announced),
      );
      if (task.spec.when !== undefined) {
        this.breaches.push(...breachesOfDecision(task));
      }
    }
    if (this.#system.model.isBranching) {
      this.breaches.push(...this.#branches.breachesAtRest());
    }
    if (this.#system.model.hasPhases) {
      this.breaches.push(...this.#endings.breachesAtRest(choice, hasChanged));
    }
    switch (choice.kind) {
      case 'timer':
        if (!hasChanged()) {
          const timer = `the ${choice.timer} timer of ${choice.task ?? 'the job'}`;
          this.#break('timersAreArmed', `${timer} fired, but nothing changed`);
        }
        break;
      case 'duplicate':
        if (hasChanged()) {
          const late = `a late result of attempt ${choice.attempt} of ${choice.task}`;
          this.#break('lateResultsAreDropped', `${late} changed the job`);
        }
        break;
      case 'crash':
        if (choice.recorded?.kind === 'cancel' && !this.#system.isDecided) {
          this.#break('recordIsKept', 'a cancellation was saved, but the job keeps running');
        }
    }
  }

  #break(property: LawName, message: string): void {
    this.breaches.push({ property, message });
  }

  #checkTask(task: ModelTask, event: AnyEventObject, before: LocalState, next: LocalState): void {
    this.breaches.push(...breachesOfTaskStep(task, event, before, next));
    if ((next.name === 'ready' || next.name === 'running') && !task.isUndo) {
      this.#checkDependencies(task, `is ${next.name}`);
    }
    if (next.name === 'running' && before.name !== 'running') {
      this.#checkSlots(this.#system.all.filter(runs).length, 'tasks are running');
    }
  }

  #checkDependencies(task: ModelTask, what: string): void {
    if (verdictOn(task) !== 'go') {
      const open = task.dependencies.find(({ state }) => state.name !== 'completed') ?? (task.dependencies[0] as ModelTask);
      this.#break('dependenciesComeFirst', `${task.id} ${what} while its dependency ${open.id} is ${open.state.name}`);
    }
  }

  #checkSlots(count: number, what: string): void {
    const { slots } = this.#system.limits;
    if (count > slots || count < 0) {
      this.#break('slotsAreKept', `${count} ${what}, but the job has ${slots}`);
    }
  }
}

/** Whether a task takes up a slot: an attempt whose outcome is saved calls no function. */
const runs = ({ state, record, attempts }: ModelTask): boolean =>
  state.name === 'running' && record.outcomeOf(attempts) === undefined;
