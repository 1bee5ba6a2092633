import type { FailureReason } from '../machines/events.ts';
import type { AttemptFailed, TaskMessage } from '../machines/messages.ts';
import { retriesAreLeft } from '../machines/task.machine.ts';
import { quote } from '../workflow/describe-value.ts';
import { Attempt } from './attempt.ts';
import { InvalidArgumentError } from './errors/invalid-argument-error.ts';
import { InvalidResultError } from './errors/invalid-result-error.ts';
import { TaskTimedOutError } from './errors/task-timed-out-error.ts';
import { decideRetry, type RetryDecision } from './retry-policy.ts';
import type { JobSettings } from './run-options.ts';
import type { SharedContext } from './shared-context.ts';
import { finishAttempt, type TaskActor, type TaskNode } from './task-node.ts';
import { readOutput } from './task-output.ts';
import type { Turns } from './turns.ts';

type Judgement = Omit<AttemptFailed, 'type' | 'attempt'>;

const NO_RETRY: RetryDecision = { retry: false, delay: 0 };

interface RunnableJob {
  readonly id: string;
  readonly settings: JobSettings;
  readonly context: SharedContext;
  tell(node: TaskNode, message: TaskMessage): void;
}

/** Calls the functions of tasks, and tells the machines of the tasks how it went. */
export class AttemptRunner {
  readonly #job: RunnableJob;
  readonly #turns: Turns;
  readonly #onIdle: () => void;
  #calls = 0;

  constructor(job: RunnableJob, turns: Turns, onIdle: () => void) {
    this.#job = job;
    this.#turns = turns;
    this.#onIdle = onIdle;
  }

  /** Whether every function that was called has returned. */
  get isIdle(): boolean {
    return this.#calls === 0;
  }

  start(node: TaskNode, number: number): void {
    const attempt = new Attempt(node.spec.name, number);
    node.attempt = attempt;
    this.#calls += 1;
    void this.#perform(node, attempt);
  }

  async #perform(node: TaskNode, attempt: Attempt): Promise<void> {
    let value: unknown;
    try {
      value = await this.#call(node, attempt);
    } catch (error) {
      this.#return(attempt, () => this.#fail(node, attempt, 'exception', error));
      return;
    }
    this.#return(attempt, () => this.#succeed(node, attempt, value));
  }

  /** The function of an attempt has returned. */
  #return(attempt: Attempt, deliver: () => void): void {
    this.#turns.take(() => {
      if (attempt.isActive) {
        deliver();
      }
      this.#endCall();
    });
  }

  /** The running attempt took too long. */
  expire(node: TaskNode): void {
    const { spec } = node;
    const attempt = node.attempt as Attempt;
    const error = new TaskTimedOutError(spec.name, attempt.number, spec.timeout as number);
    attempt.abort(error);
    this.#fail(node, attempt, 'timedOut', error);
  }

  #call({ spec }: TaskNode, attempt: Attempt): unknown {
    const { id, settings, context } = this.#job;
    const { executor } = settings;
    const call = () => Reflect.apply(spec.run, spec.definition, [context.view, attempt.execution]);
    if (executor === undefined) {
      return call();
    }
    // Called by itself, so that its `this` is not the settings.
    return executor({
      job: id,
      task: spec.name,
      attempt: attempt.number,
      run: () => this.#track(attempt, call),
      context: context.view,
      get signal() {
        return attempt.signal;
      },
    });
  }

  /** Calls a function for an executor, which need not wait for it. */
  #track(attempt: Attempt, call: () => unknown): unknown {
    if (!attempt.isActive) {
      throw new InvalidArgumentError(
        `Attempt ${attempt.number} of task ${quote(attempt.task)} is over: it can't be run any more`,
      );
    }
    const result = new Promise((resolve) => resolve(call()));
    const returned = () => this.#turns.take(() => this.#endCall());
    this.#calls += 1;
    result.then(returned, returned);
    return result;
  }

  #endCall(): void {
    this.#calls -= 1;
    if (this.isIdle) {
      this.#onIdle();
    }
  }

  #succeed(node: TaskNode, attempt: Attempt, value: unknown): void {
    let output: object | undefined;
    try {
      output = readOutput(node.spec.name, value);
    } catch (error) {
      this.#fail(node, attempt, error instanceof InvalidResultError ? 'invalidResult' : 'exception', error);
      return;
    }
    finishAttempt(node);
    this.#job.tell(node, { type: 'attempt.succeeded', attempt: attempt.number, output });
  }

  #fail(node: TaskNode, attempt: Attempt, reason: FailureReason, error: unknown): void {
    finishAttempt(node);
    this.#job.tell(node, { type: 'attempt.failed', attempt: attempt.number, ...this.#judge(node, attempt, reason, error) });
  }

  /** Asks the retry policy about a failure, unless there is nothing to decide. */
  #judge({ spec, actor }: TaskNode, attempt: Attempt, reason: FailureReason, error: unknown): Judgement {
    if (reason === 'invalidResult' || !retriesAreLeft((actor as TaskActor).getSnapshot().context)) {
      return { reason, error, ...NO_RETRY };
    }
    try {
      return { reason, error, ...decideRetry(spec, attempt.number, error) };
    } catch (policyError) {
      return { reason: 'exception', error: policyError, ...NO_RETRY };
    }
  }
}
