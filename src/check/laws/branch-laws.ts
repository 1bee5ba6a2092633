import type { AnyEventObject } from 'xstate';
import type { Decision } from '../model/choice.ts';
import type { ModelTask } from '../model/model-task.ts';
import type { System } from '../model/system.ts';
import { causesOf, verdictOn } from './edge-table.ts';
import { type Breach, breach } from './law-names.ts';
import { isSettled } from './transition-rules.ts';
import { workflowOrder } from './workflow-order.ts';

const STOPS: ReadonlySet<unknown> = new Set(['jobFailed', 'jobCancelled', 'jobTimedOut', 'jobDetached']);

/** What a task that leaves `unscheduled` must have decided. */
const MEANING: Readonly<Record<string, Decision>> = { ready: 'holds', skipped: 'skips', failed: 'throws' };

/** Whether a task was stopped because its job ends. */
export const isStopped = ({ state, reason }: ModelTask): boolean =>
  state.name === 'cancelled' || (state.name === 'skipped' && reason !== 'condition' && reason !== 'dependency');

/** Checks how tasks are decided, why they are skipped, and what a failure stops. */
export class BranchLaws {
  readonly #system: System;
  /** What was decided since `begin`. */
  readonly #decided = new Map<ModelTask, Decision>();

  constructor(system: System) {
    this.#system = system;
  }

  begin(): void {
    this.#decided.clear();
  }

  /** Checks the evaluation of a condition. */
  *breachesOfDecision(task: ModelTask, decision: Decision): Generator<Breach> {
    const verdict = verdictOn(task);
    if (verdict !== 'go') {
      const why = verdict === 'wait' ? 'before all its dependencies have settled' : 'although its dependencies skip it';
      yield breach('decidedOnce', `the condition of ${task.id} is evaluated ${why}`);
    }
    if (this.#decisionOn(task) !== undefined || task.announced !== 'unscheduled') {
      yield breach('decidedOnce', `the condition of ${task.id} is evaluated again`);
    }
    const expected = this.#expectedOf(task);
    if (expected !== undefined && decision !== expected) {
      yield breach('conditionsAreKept', `the condition of ${task.id} ${expected}, but the decision was that it ${decision}`);
    }
    this.#decided.set(task, decision);
  }

  /** What a condition must decide that is data; undefined for others. */
  #expectedOf({ spec: { when } }: ModelTask): Decision | undefined {
    if (typeof when !== 'object') {
      return undefined;
    }
    const isMet = when.every(({ task, key, values }) => {
      const { state, outputValue = {} } = this.#system.task(task);
      const value = state.name === 'completed' ? (outputValue as Record<string, unknown>)[key] : undefined;
      return values.some((one) => Object.is(one, value));
    });
    return isMet ? 'holds' : 'skips';
  }

  #decisionOn(task: ModelTask): Decision | undefined {
    return this.#decided.get(task) ?? task.record.decision;
  }

  /** Checks an event of a task. */
  *breachesOfEvent(task: ModelTask, { from, to, reason, origin, attempt }: AnyEventObject): Generator<Breach> {
    if (from === 'unscheduled') {
      yield* to === 'skipped' ? this.#breachesOfSkip(task, reason, origin) : this.#breachesOfCondition(task, to);
    }
    if (to === 'running' && task.record.outcomeOf(attempt) === undefined) {
      yield* this.#breachesOfStart(task);
    }
  }

  /** Checks an attempt that starts. */
  *#breachesOfStart({ id, spec }: ModelTask): Generator<Breach> {
    const { model, firstFailed } = this.#system;
    if (model.onFailure === 'finishRunning' && firstFailed !== undefined && spec.finally !== true) {
      yield breach('failuresAreHandled', `an attempt of ${id} starts after ${firstFailed.id} has failed`);
    }
  }

  *#breachesOfSkip(task: ModelTask, reason: unknown, origin: unknown): Generator<Breach> {
    const { id } = task;
    const verdict = verdictOn(task);
    if (reason === 'condition') {
      yield* this.#breachesOfCondition(task, 'skipped');
    } else if (reason !== 'dependency') {
      if (!STOPS.has(reason)) {
        yield breach('skipsHaveCauses', `${id} is skipped with the reason ${reason}, which does not apply`);
      }
    } else if (verdict !== 'skip') {
      yield breach('skipsHaveCauses', `${id} is skipped because of a dependency, but its dependencies decide ${verdict}`);
    } else {
      const causes = causesOf(task);
      const [first] = workflowOrder(this.#system.tasks).filter((one) => causes.includes(one));
      if (origin !== first?.name) {
        yield breach(
          'skipsHaveCauses',
          `${id} is skipped because of ${origin ?? 'no task'}, but the first cause is ${first?.id}`,
        );
      }
    }
    if (reason !== 'dependency' && origin !== undefined) {
      yield breach('skipsHaveCauses', `${id} is skipped as ${reason}, but names ${origin} as the origin`);
    }
  }

  /** Checks whether a task does what was decided about its condition. */
  *#breachesOfCondition(task: ModelTask, to: string): Generator<Breach> {
    const decision = task.spec.when === undefined ? 'holds' : this.#decisionOn(task);
    if (decision !== MEANING[to]) {
      const what = decision === undefined ? 'is not decided' : decision;
      yield breach('conditionsAreKept', `${task.id} is ${to}, but its condition ${what}`);
    }
  }

  /** Checks the job at rest after a step. */
  *breachesAtRest(): Generator<Breach> {
    const { ordinary: tasks, job, model, firstFailed } = this.#system;
    const isDraining = model.onFailure === 'finishRunning' && firstFailed !== undefined && job.announced === 'running';
    const stopped = tasks.find(isStopped);
    if (model.onFailure === 'keepGoing' && job.announced === 'failed' && stopped !== undefined) {
      yield breach(
        'failuresAreHandled',
        `${stopped.id} is ${stopped.state.name} because a task failed, but the job keeps going`,
      );
    }
    if (job.announced === 'running' && !isDraining && stopped !== undefined) {
      yield breach('skipsHaveCauses', `${stopped.id} is ${stopped.state.name} because the job ends, but the job continues`);
    }
    for (const { id, state } of isDraining ? tasks : []) {
      if (state.name !== 'running' && !isSettled(state.name)) {
        yield breach('failuresAreHandled', `${id} is ${state.name} after ${firstFailed?.id} has failed`);
      }
    }
  }
}
