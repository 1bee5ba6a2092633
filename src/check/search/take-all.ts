import { type Choice, type Decision, isAboutTask, type MadeDecision, type MadeEnding } from '../model/choice.ts';
import { decisionFaults, endingFaults, isChosen, lostEnds } from '../model/decision-faults.ts';
import { straysOf } from '../model/strays.ts';
import type { System } from '../model/system.ts';

/** Takes a choice from the state at hand; returns where a cancellation makes a difference. */
type Take = (choice: Choice) => readonly number[];

/**
 * The choices in a state, each after `take` has taken it: with each decision about a condition, and including those interrupted by a
 * cancellation where it makes a difference.
 */
export function* takeAll(system: System, code: string, take: Take): Generator<Choice> {
  system.load(code);
  for (const choice of system.choices()) {
    yield* takeInAllWays(system, code, choice, take);
  }
}

function* takeInAllWays(system: System, code: string, choice: Choice, take: Take): Generator<Choice> {
  const interruptions = take(choice);
  const explicit = system.explicit(choice);
  const isEnding = system.isSettled || explicit.decisions?.some((made) => !isAboutTask(made)) === true;
  const strays = straysOf(system.job, system.tasks);
  yield explicit;
  for (const cancelAt of system.model.cancel === 'anywhere' ? interruptions : []) {
    const interrupted: Choice = { ...explicit, cancelAt };
    take(interrupted);
    yield interrupted;
  }
  if (!system.model.isBranching) {
    return;
  }
  system.load(code);
  const faults = [
    ...decisionFaults(system, explicit),
    ...(isEnding ? lostEnds(system, explicit) : []),
    ...endingFaults(system, explicit, strays),
  ];
  for (const fault of faults) {
    yield* takeInAllWays(system, code, fault, take);
  }
  for (const decisions of otherDecisions(system, explicit.decisions ?? [], choice.decisions?.length ?? 0)) {
    yield* takeInAllWays(system, code, { ...choice, decisions }, take);
  }
}

const OTHERS: readonly Decision[] = ['skips', 'throws'];

/** Other ways to decide after the first decisions: each that is a choice, once with each other decision, up to there. */
const otherDecisions = (
  { tasks }: System,
  made: readonly (MadeDecision | MadeEnding)[],
  fixed: number,
): (MadeDecision | MadeEnding)[][] =>
  made.flatMap((one, index) =>
    index < fixed || !isChosen(tasks, one)
      ? []
      : OTHERS.map((decision) => [...made.slice(0, index), { task: one.task, decision }]),
  );
