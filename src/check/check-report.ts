import type { JobState } from '../machines/events.ts';
import type { Counterexample, CounterexampleData } from './counterexample.ts';
import type { Limits } from './state-graph.ts';

/** Something that need not be wrong, and that the user should know. */
export interface CheckWarning {
  readonly task: string;
  readonly message: string;
}

/** What a report is as JSON. */
export interface CheckReportData {
  /** Everything was gone through, and nothing is wrong. */
  readonly ok: boolean;
  /** Everything was gone through. A search by walks, and one that hit a limit, is not complete. */
  readonly complete: boolean;
  /** Why it is not complete: the limits that were hit, `walks`, or `laws` where what lies behind a broken law was left out. */
  readonly incompleteBecause: readonly (keyof Limits | 'laws' | 'walks')[];
  /** How many states of rest were found. */
  readonly states: number;
  /** How many steps between them. */
  readonly transitions: number;
  /** How many steps the state that is farthest from the start is away; of walks, the length of the longest. */
  readonly depth: number;
  /** In how many different ways the tasks can end, by the state in which the job ends. Interchangeable tasks are not told apart. */
  readonly terminal: Readonly<Partial<Record<JobState, number>>>;
  readonly ms: number;
  /** The first that was found of each property, which is a shortest one. */
  readonly violations: readonly CounterexampleData[];
  readonly warnings: readonly CheckWarning[];
  /** The states in which the job can't end, and the `sometimes` properties that never held. */
  readonly neverHappened: readonly string[];
  /** The transitions of the machines that were never taken. */
  readonly unreached: readonly string[];
}

/** What became of a check. */
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

  /** The report as text for people. */
  toString(): string {
    const { states, transitions, depth, ms, violations, warnings, neverHappened, unreached } = this;
    const ends = Object.entries(this.terminal).map(([state, count]) => `${state} in ${ways(count)}`);
    return [
      `${this.#verdict()}: ${states} states, ${transitions} steps, at most ${depth} from the start, in ${Math.round(ms)} ms`,
      `The job can end: ${ends.length === 0 ? 'never' : ends.join(', ')}`,
      ...section('Never happened', neverHappened),
      ...section('Transitions that were never taken', unreached),
      ...section(
        'Warnings',
        warnings.map(({ message }) => message),
      ),
      ...violations.map((violation) => `\nViolation of ${violation}`),
    ].join('\n');
  }

  #verdict(): string {
    const { violations, complete } = this;
    const wrong = violations.length === 1 ? '1 violation' : `${violations.length} violations`;
    const how = complete ? '' : `, incomplete (${this.incompleteBecause.map((limit) => BECAUSE[limit]).join(', ')})`;
    if (violations.length > 0) {
      return wrong + how;
    }
    if (!complete) {
      return `nothing wrong was found${how}`;
    }
    return Object.keys(this.terminal).length > 0 ? 'ok' : 'nothing wrong was found, but the job can never end';
  }
}

const BECAUSE = {
  states: 'the limit of states was hit',
  depth: 'the limit of depth was hit',
  ms: 'the limit of time was hit',
  laws: 'what lies behind a broken law is left out',
  walks: 'random walks',
};

const ways = (count: number): string => (count === 1 ? '1 way' : `${count} ways`);

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  - ${line}`)];
