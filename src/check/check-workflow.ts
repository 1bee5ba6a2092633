import type { JobState } from '../machines/events.ts';
import { JOB_STATES } from '../machines/events.ts';
import {
  type Checkable,
  type CheckOptions,
  type CheckPlan,
  type NamesOf,
  readCheckOptions,
  type WalkSearch,
} from './check-options.ts';
import { isSettled } from './laws/transition-rules.ts';
import { transitionsOf } from './machine/machine-transitions.ts';
import { CheckReport, type CheckReportData } from './report/check-report.ts';
import { Counterexample } from './report/counterexample.ts';
import { explore } from './search/explore.ts';
import { type Found, Inspector } from './search/inspector.ts';
import { findCircle, findPathWithout } from './search/liveness.ts';
import { Walker } from './search/walk.ts';

/**
 * Explores everything that can happen to a job of a workflow: how attempts end and in which order, when timers fire, when the
 * job is cancelled. Calls no task function.
 * @throws {InvalidWorkflowError} if the tasks or options are invalid
 * @throws {CheckError} if there are too many tasks, a machine has too many states, or a property reads an unknown task or
 * attempts that are not tracked
 * @example
 * const report = checkWorkflow(smoothie, { maxRetries: 1, properties: [always('one at a time', (job) => job.in('running').length < 2)] });
 * if (!report.ok) console.log(String(report));
 */
export function checkWorkflow<Tasks extends Checkable>(tasks: Tasks, options: CheckOptions<NamesOf<Tasks>> = {}): CheckReport {
  return carryOut(readCheckOptions(tasks, options));
}

/** Runs a check, with the machines of the plan. */
export function carryOut(plan: CheckPlan): CheckReport {
  const { model, properties, builtins, search, reduction } = plan;
  const started = performance.now();
  const inspector = new Inspector(model, { properties, builtins, reduction });
  const initial = inspector.system.save();
  const figures: Figures = search === 'exhaustive' ? exploreAll(plan, inspector) : walkThrough(plan, inspector, search);
  if (figures.incompleteBecause.length === 0) {
    for (const property of inspector.unseen) {
      inspector.keep({ property: property.name, kind: 'sometimes', message: 'it never holds', path: () => [] });
    }
  }
  return new CheckReport({
    ...figures,
    terminal: Object.fromEntries([...inspector.ends].map(([state, ends]) => [state, ends.size])),
    violations: inspector.found.map((one) => new Counterexample(inspector.system, initial, one, one.path())),
    warnings: [...inspector.endless.keys()].map((task) => ({ task, message: endlessMessage(task) })),
    neverHappened: neverHappened(inspector),
    unreached: unreached(inspector, plan),
    ms: performance.now() - started,
  });

  function endlessMessage(task: string): string {
    return `${task} may run forever: neither the task nor the job has a timeout, and the function may never return`;
  }
}

type Figures = Pick<CheckReportData, 'incompleteBecause' | 'states' | 'transitions' | 'depth'>;

function walkThrough(plan: CheckPlan, inspector: Inspector, { walks, seed }: WalkSearch): Figures {
  const { hits, ...figures } = new Walker(inspector, plan, seed).walk(walks);
  return { incompleteBecause: ['walks', ...hits], ...figures };
}

function exploreAll({ limits, properties, builtins, onProgress }: CheckPlan, inspector: Inspector): Figures {
  const graph = explore(inspector, limits, onProgress);
  const keep = (property: string, kind: Found['kind'], flaw: ReturnType<typeof findCircle>) => {
    if (flaw !== undefined) {
      inspector.keep({ property, kind, message: flaw.message, path: flaw.path });
    }
  };
  if (builtins.has('everyPathEnds')) {
    keep('everyPathEnds', 'law', findCircle(graph));
  }
  for (const property of properties) {
    if (property.kind === 'eventually') {
      keep(property.name, 'eventually', findPathWithout(property, inspector, graph));
    }
  }
  return {
    incompleteBecause: [...graph.hits, ...(graph.isPartial ? (['laws'] as const) : [])],
    states: graph.codes.length,
    transitions: graph.targets.length,
    depth: graph.depths.at(-1) ?? 0,
  };
}

function neverHappened({ ends, unseen, system }: Inspector): string[] {
  // Only a saved job can leave its process.
  const possible = JOB_STATES.filter((state) => isSettled(state) && (state !== 'detached' || system.isRecorded));
  const states: readonly JobState[] = possible.filter((state) => !ends.has(state));
  return [...states.map((state) => `the job ends as ${state}`), ...[...unseen].map(({ name }) => name)];
}

function unreached({ transitions }: Inspector, { model }: CheckPlan): string[] {
  return [model.machines.job, model.machines.task].flatMap((machine) =>
    [...transitionsOf(machine)].filter(([transition]) => !transitions.has(transition)).map(([, name]) => name),
  );
}
