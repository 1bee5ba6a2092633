import type { JobState } from '../../machines/events.ts';
import type { Limits } from '../search/limits.ts';
import type { Counterexample, CounterexampleData } from './counterexample.ts';

/** Something that may be fine, but that you should know about. */
export interface CheckWarning {
  readonly task: string;
  readonly message: string;
}

/** A report as JSON. */
export interface CheckReportData {
  /** The search is complete and found no violation. */
  readonly ok: boolean;
  /** Every state was visited. A search by random walks, or one that hit a limit, is never complete. */
  readonly complete: boolean;
  /** Why the search is incomplete: the limits it hit; `walks`; or `laws` if states past a broken law were not explored. */
  readonly incompleteBecause: readonly (keyof Limits | 'laws' | 'walks')[];
  /** The number of states found. */
  readonly states: number;
  /** The number of steps between them. */
  readonly transitions: number;
  /** The distance in steps from the start to the farthest state; for random walks, the length of the longest walk. */
  readonly depth: number;
  /**
   * How many combinations of task outcomes there are for each end state of the job. Interchangeable tasks are not
   * distinguished.
   */
  readonly terminal: Readonly<Partial<Record<JobState, number>>>;
  readonly ms: number;
  /** The first counterexample found for each violated property; in an exhaustive search, it is a shortest one. */
  readonly violations: readonly CounterexampleData[];
  readonly warnings: readonly CheckWarning[];
  /** The states the job never ends in, and the `sometimes` properties that never held. */
  readonly neverHappened: readonly string[];
  /** The machine transitions that were never taken. */
  readonly unreached: readonly string[];
}

/** The outcome of `checkWorkflow`. */
export class CheckReport implements CheckReportData {
  readonly ok: boolean;
  readonly complete: boolean;
  readonly incompleteBecause: CheckReportData['incompleteBecause'];
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly terminal: CheckReportData['terminal'];
  readonly ms: number;
  readonly violations: readonly Counterexample[];
  readonly warnings: readonly CheckWarning[];
  readonly neverHappened: readonly string[];
  readonly unreached: readonly string[];

  constructor(
    data: Omit<CheckReportData, 'ok' | 'complete' | 'violations'> & { readonly violations: readonly Counterexample[] },
  ) {
    this.complete = data.incompleteBecause.length === 0;
    this.ok = this.complete && data.violations.length === 0;
    this.incompleteBecause = data.incompleteBecause;
    this.states = data.states;
    this.transitions = data.transitions;
    this.depth = data.depth;
    this.terminal = data.terminal;
    this.ms = data.ms;
    this.violations = data.violations;
    this.warnings = data.warnings;
    this.neverHappened = data.neverHappened;
    this.unreached = data.unreached;
  }

  /** The report as readable text. */
  toString(): string {
    const { states, transitions, depth, ms, violations, warnings, neverHappened, unreached } = this;
    const ends = Object.entries(this.terminal).map(([state, count]) => `${state} (${ways(count)})`);
    return [
      `${this.#verdict()}: ${states} states, ${transitions} steps, depth ${depth}, ${Math.round(ms)} ms`,
      ends.length === 0 ? 'The job never ends' : `The job can end as: ${ends.join(', ')}`,
      ...section('Never happened', neverHappened),
      ...section('Transitions never taken', unreached),
      ...section(
        'Warnings',
        warnings.map(({ message }) => message),
      ),
      ...violations.map((violation) => `\nViolated: ${violation}`),
    ].join('\n');
  }

  #verdict(): string {
    const { violations, complete } = this;
    const wrong = violations.length === 1 ? '1 violation' : `${violations.length} violations`;
    const how = complete ? '' : ` (search incomplete: ${this.incompleteBecause.map((limit) => BECAUSE[limit]).join(', ')})`;
    if (violations.length > 0) {
      return wrong + how;
    }
    if (!complete) {
      return `no violations found${how}`;
    }
    return Object.keys(this.terminal).length > 0 ? 'ok' : 'no violations found, but the job can never end';
  }
}

const BECAUSE = {
  states: 'state limit reached',
  depth: 'depth limit reached',
  ms: 'time limit reached',
  laws: 'states past a broken law were not explored',
  walks: 'random walks',
};

const ways = (count: number): string => (count === 1 ? '1 way' : `${count} ways`);

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  - ${line}`)];
