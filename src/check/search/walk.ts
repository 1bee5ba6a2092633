import type { CheckPlan } from '../check-options.ts';
import { type EventuallyProperty, verdictOf } from '../laws/properties.ts';
import { type Choice, DECISIONS, type Decision, isFault } from '../model/choice.ts';
import { decisionFaults, endingFaults } from '../model/decision-faults.ts';
import { straysOf } from '../model/strays.ts';
import type { Inspector } from './inspector.ts';
import type { Limits } from './limits.ts';
import { randomFrom } from './random-from.ts';

/** One in this many steps is interrupted by a cancellation. */
const INTERRUPTED = 20;

/** One in this many steps may end the job at once or be an outside fault. */
const SELDOM = 20;

const isSeldom = (choice: Choice): boolean =>
  isFault(choice) ||
  choice.kind === 'cancel' ||
  choice.kind === 'detach' ||
  'inFlight' in choice ||
  'isLost' in choice ||
  (choice.kind === 'attempt' && choice.outcome === 'garbage') ||
  (choice.kind === 'timer' && choice.task === undefined);

/** What the walks covered. */
interface Walked {
  /** The limits that cut them short. */
  readonly hits: ReadonlySet<keyof Limits>;
  /** The number of distinct states visited. */
  readonly states: number;
  readonly transitions: number;
  /** The length of the longest walk. */
  readonly depth: number;
}

/** Walks at random from the start to the end, many times; a walk stops early where a law is broken. */
export class Walker {
  readonly #inspector: Inspector;
  readonly #eventually: readonly EventuallyProperty[];
  readonly #limits: Limits;
  readonly #random: () => number;
  readonly #initial: string;
  readonly #known = new Set<string>();
  readonly #hits = new Set<keyof Limits>();
  readonly #onProgress: CheckPlan['onProgress'];
  #deadline = Infinity;
  #transitions = 0;
  #depth = 0;

  constructor(
    inspector: Inspector,
    { properties, limits, onProgress }: Pick<CheckPlan, 'properties' | 'limits' | 'onProgress'>,
    seed: number,
  ) {
    this.#onProgress = onProgress;
    this.#inspector = inspector;
    this.#eventually = properties.filter((property) => property.kind === 'eventually');
    this.#limits = limits;
    this.#random = randomFrom(seed);
    this.#initial = inspector.system.save();
  }

  walk(walks: number): Walked {
    this.#deadline = performance.now() + (this.#limits.ms ?? Infinity);
    for (let count = 0; count < walks && this.#mayGoOn(); count += 1) {
      this.#walkOnce();
      this.#onProgress?.(this.#known.size, this.#depth);
    }
    return { hits: this.#hits, states: this.#known.size, transitions: this.#transitions, depth: this.#depth };
  }

  #mayGoOn(): boolean {
    const { states = Infinity } = this.#limits;
    if (this.#known.size >= states) {
      this.#hits.add('states');
    } else if (performance.now() >= this.#deadline) {
      this.#hits.add('ms');
    }
    return !this.#hits.has('states') && !this.#hits.has('ms');
  }

  #walkOnce(): void {
    const { depth = Infinity } = this.#limits;
    const { system } = this.#inspector;
    const path: Choice[] = [];
    system.load(this.#initial);
    let code = this.#initial;
    let isSound = this.#look(code, path);
    let due = this.#stillDue(this.#eventually, path);
    const choicesNow = () => [...system.choices()];
    for (let choices = choicesNow(); isSound && choices.length > 0 && this.#mayGoOn(); choices = choicesNow()) {
      if (path.length >= depth) {
        this.#hits.add('depth');
        break;
      }
      isSound = this.#step(code, this.#choose(choices), path);
      code = system.save();
      isSound = isSound && this.#look(code, path);
      due = this.#stillDue(due, path);
    }
    this.#depth = Math.max(this.#depth, path.length);
    for (const { name } of system.isSettled ? due : []) {
      const message = `the job ends as ${system.job.announced} before it holds`;
      this.#inspector.keep({ property: name, kind: 'eventually', message, path: () => path });
    }
  }

  /** Takes a choice, occasionally with a cancellation in the middle. */
  #step(code: string, chosen: Choice, path: Choice[]): boolean {
    const { system } = this.#inspector;
    const before = [...path];
    const take = (choice: Choice) => this.#inspector.take(code, choice, () => [...before, choice]);
    const { isSound, interruptions } = take(this.#decide(chosen));
    const plain = system.explicit(chosen);
    const fault = isSound && plain.decisions !== undefined ? this.#faultIn(code, plain) : undefined;
    if (fault !== undefined) {
      system.load(code);
      return this.#step(code, fault, path);
    }
    const isInterrupted =
      isSound && system.model.cancel === 'anywhere' && interruptions.length > 0 && this.#pick(INTERRUPTED) === 0;
    const choice = isInterrupted ? { ...plain, cancelAt: interruptions[this.#pick(interruptions.length)] as number } : plain;
    path.push(choice);
    this.#transitions += 1;
    return isInterrupted ? take(choice).isSound : isSound;
  }

  /** A choice with a random decision about each condition that is a function and may be asked. */
  #decide(choice: Choice): Choice {
    const asked = this.#inspector.system.tasks.filter(
      ({ state, spec }) => state.name === 'unscheduled' && typeof spec.when === 'function',
    );
    const decisions = asked.map(({ name }) => ({ task: name, decision: DECISIONS[this.#pick(DECISIONS.length)] as Decision }));
    return asked.length === 0 ? choice : { ...choice, decisions };
  }

  /** Now and then, something that happens while decisions are being saved that follow from a choice. */
  #faultIn(code: string, choice: Choice): Choice | undefined {
    const { system } = this.#inspector;
    if (system.model.crash === false || this.#pick(SELDOM) > 0) {
      return undefined;
    }
    const after = system.save();
    const strays = straysOf(system.job, system.tasks);
    system.load(code);
    const faults = [...decisionFaults(system, choice), ...endingFaults(system, choice, strays)];
    system.load(after);
    return faults[this.#pick(faults.length)];
  }

  #look(code: string, path: readonly Choice[]): boolean {
    if (this.#known.has(code)) {
      return true;
    }
    const way = [...path];
    this.#known.add(code);
    return this.#inspector.look(() => way);
  }

  /** The properties that have not held yet. */
  #stillDue(due: readonly EventuallyProperty[], path: readonly Choice[]): readonly EventuallyProperty[] {
    return due.filter(({ name, holds: ask }) => {
      const { holds, thrown } = verdictOf(() => ask(this.#inspector.view()));
      if (thrown !== undefined) {
        const way = [...path];
        this.#inspector.keep({ property: name, kind: 'eventually', message: thrown, path: () => way });
      }
      return !holds && thrown === undefined;
    });
  }

  /** Choices that end the job at once are rare, or most walks would be short; so are faults, which don't advance the job. */
  #choose(choices: readonly Choice[]): Choice {
    const longer = choices.filter((choice) => !isSeldom(choice));
    const chosen = longer.length > 0 && this.#pick(SELDOM) > 0 ? longer : choices;
    return chosen[this.#pick(chosen.length)] as Choice;
  }

  #pick(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
