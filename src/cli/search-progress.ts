import type { CheckPlan } from '../check/check-options.ts';
import type { ModelFlags } from './model-flags.ts';

/** A search is large if it takes longer than this, in milliseconds, and not only because the machine is busy. */
const LARGE = 10_000;
/** A search that has found no more states than this isn't large. */
const FEW = 1000;
/** How often the line is redrawn, in milliseconds. */
const EVERY = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how far a search has come, on stderr: one line in a terminal, plus, once, how to shrink a large search. */
export class SearchProgress {
  readonly #started = performance.now();
  readonly #advice: string;
  #shown = 0;
  #isLarge = false;

  constructor(plan: CheckPlan, flags: ModelFlags) {
    this.#advice = adviceFor(plan, flags);
  }

  note(states: number, depth: number): void {
    const now = performance.now();
    if (states > FEW && now - this.#started > LARGE) {
      this.advise();
    }
    if (process.stderr.isTTY && now - this.#shown >= EVERY) {
      this.#shown = now;
      const seconds = ((now - this.#started) / 1000).toFixed(1);
      process.stderr.write(`${CLEAR_LINE}Searching: ${states} states, depth ${depth}, ${seconds} s`);
    }
  }

  /** Prints once that the search is large. */
  advise(): void {
    if (!this.#isLarge) {
      this.#isLarge = true;
      this.end();
      console.error(this.#advice);
    }
  }

  end(): void {
    if (this.#shown > 0) {
      process.stderr.write(CLEAR_LINE);
    }
  }
}

function adviceFor({ model, search, reduction }: CheckPlan, { outcomes, cancel, timers, crash }: ModelFlags): string {
  const mayRetry = model.maxRetries > 0;
  const shrinking = [
    mayRetry && model.backoff !== 0 && '--backoff 0',
    mayRetry && model.retryIf !== true && '--retry-all',
    model.maxRetries > 1 && '--retries 1',
    model.maxConcurrency > 2 && '--max-concurrency 2',
    outcomes === undefined && '--outcomes returns,throws',
    cancel !== 'never' && '--cancel never',
    timers !== 'idle' && '--timers idle',
    !reduction.symmetry && crash === 'never' && '--symmetry',
  ].filter((flag) => flag !== false);
  const shrink = shrinking.length > 0 ? [`shrink it with ${shrinking.join(', ')}`] : [];
  const sample = search === 'exhaustive' ? ['sample it with --walks 1000'] : [];
  return `This is a large search. To finish sooner: ${[...shrink, ...sample].join('; or ')}`;
}
