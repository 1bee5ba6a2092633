import type { ConditionDecided, ConditionFailed } from '../../machines/messages.ts';
import type { Turns } from '../../time/turns.ts';
import { areMet } from '../../workflow/condition.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { AttemptWorld } from './attempt-world.ts';
import { type Decision, isAboutTask, type MadeDecision, type MadeEnding } from './choice.ts';
import type { ModelTask } from './model-task.ts';
import type { PendingRecords } from './pending-records.ts';

const MESSAGES: Readonly<Record<Decision, ConditionDecided | ConditionFailed>> = {
  holds: { type: 'condition.decided', holds: true },
  skips: { type: 'condition.decided', holds: false },
  throws: { type: 'condition.failed', error: 'exception' },
};

/** Decides about the conditions of tasks as the runtime does. Those that are functions are not called: the decision is chosen. */
export class ModelDecisions {
  /** The decisions made since the last choice, in order. */
  readonly made: (MadeDecision | MadeEnding)[] = [];
  #chosen: readonly MadeDecision[] = [];
  readonly #world: AttemptWorld;
  readonly #turns: Turns;
  readonly #records: PendingRecords;

  constructor(world: AttemptWorld, turns: Turns, records: PendingRecords) {
    this.#world = world;
    this.#turns = turns;
    this.#records = records;
  }

  begin(chosen: readonly (MadeDecision | MadeEnding)[]): void {
    this.#chosen = chosen.filter(isAboutTask);
    this.made.length = 0;
  }

  decide(task: ModelTask): void {
    this.#turns.defer(() => {
      const { decision } = task.record;
      if (decision === undefined) {
        this.#afterFailures(() => isSettled(task.announced) || this.#decideNow(task));
        return;
      }
      task.deliver({ type: 'condition.evaluated' }, this.#world);
      const land = () => this.#tell(task, decision);
      if (decision === 'throws' && !task.isTolerant) {
        this.#afterFailures(land);
      } else {
        this.#world.turn(land, 'replay');
      }
    });
  }

  #afterFailures(event: () => void): void {
    this.#turns.afterReplays(() => this.#turns.afterReplays(event));
  }

  #decideNow(task: ModelTask): void {
    if (this.#world.beginsNothing && task.spec.finally !== true) {
      return;
    }
    const decision = this.#evaluate(task);
    this.made.push({ task: task.name, decision });
    this.#world.decided(task, decision);
    if (!this.#world.isRecorded) {
      this.#tell(task, decision);
      return;
    }
    task.deliver({ type: 'condition.evaluated' }, this.#world);
    this.#records.push(
      () => task.record.decide(decision),
      () => this.#tell(task, decision),
      true,
    );
  }

  /** A function may decide anything; unless it is chosen, its task runs. */
  #evaluate({ name, spec: { when } }: ModelTask): Decision {
    if (typeof when === 'object') {
      return areMet(when, (task) => this.#world.task(task).outputValue) ? 'holds' : 'skips';
    }
    return this.#chosen.find(({ task }) => task === name)?.decision ?? 'holds';
  }

  #tell(task: ModelTask, decision: Decision): void {
    task.deliver(MESSAGES[decision], this.#world);
  }
}
