import type { FailureReason } from '../machines/events.ts';
import type { AttemptFailed } from '../machines/messages.ts';
import type { Turns } from '../runtime/turns.ts';
import { quote } from '../workflow/describe-value.ts';
import { CheckError } from './check-error.ts';
import type { Outcome, Policy } from './choice.ts';
import type { ModelTask } from './model-task.ts';
import { policiesOf } from './possible-choices.ts';
import type { ActorWorld } from './stepped-actor.ts';

/** Who hears of attempts, and says what retry policies answer. */
interface AttemptWorld extends ActorWorld {
  readonly policy: Policy | undefined;
  called(task: ModelTask, attempt: number): void;
  aborted(task: ModelTask, attempt: number): void;
}

const ANSWERS: Readonly<Record<Policy, Pick<AttemptFailed, 'retry' | 'delay'>>> = {
  retry: { retry: true, delay: 0 },
  backOff: { retry: true, delay: 1 },
  giveUp: { retry: false, delay: 0 },
};

/** The attempt of a task is over, whatever comes of it. */
function finishAttempt(task: ModelTask): number {
  const { attempt } = task;
  task.attempt = 0;
  return attempt;
}

/** Does what the runtime does with attempts, without calling a function. */
export class ModelAttempts {
  readonly #world: AttemptWorld;
  readonly #turns: Turns;

  constructor(world: AttemptWorld, turns: Turns) {
    this.#world = world;
    this.#turns = turns;
  }

  start(task: ModelTask, attempt: number): void {
    this.#turns.defer(() => {
      task.attempt = attempt;
      this.#world.called(task, attempt);
    });
  }

  abort(task: ModelTask): void {
    // At once, as in the runtime; whoever listens to the signal hears of it after the step.
    const attempt = finishAttempt(task);
    if (attempt > 0) {
      this.#turns.defer(() => this.#world.aborted(task, attempt));
    }
  }

  /** @throws {CheckError} when none runs */
  end(task: ModelTask, outcome: Exclude<Outcome, 'never'>): void {
    if (task.attempt === 0) {
      throw new CheckError(`No attempt of ${quote(task.name)} can end: none runs`);
    }
    switch (outcome) {
      case 'returns':
        task.deliver({ type: 'attempt.succeeded', attempt: finishAttempt(task), output: undefined }, this.#world);
        break;
      case 'throws':
        this.#fail(task, 'exception', this.#answer(task));
        break;
      case 'garbage':
        this.#fail(task, 'invalidResult', 'giveUp');
    }
  }

  expire(task: ModelTask): void {
    this.#turns.defer(() => {
      this.#world.aborted(task, task.attempt);
      this.#fail(task, 'timedOut', this.#answer(task));
    });
  }

  #fail(task: ModelTask, reason: FailureReason, policy: Policy): void {
    const attempt = finishAttempt(task);
    task.deliver({ type: 'attempt.failed', attempt, reason, error: reason, ...ANSWERS[policy] }, this.#world);
  }

  #answer(task: ModelTask): Policy {
    const [only = 'giveUp'] = policiesOf(task);
    return this.#world.policy ?? only;
  }
}
