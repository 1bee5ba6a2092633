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
import type { JobModel } from './model/model.ts';
import { explorePacked } from './packed/explore-packed.ts';
import { CheckReport, type CheckReportData } from './report/check-report.ts';
import { Counterexample } from './report/counterexample.ts';
import { hintsOf } from './report/hints.ts';
import { explore } from './search/explore.ts';
import { type Found, Inspector } from './search/inspector.ts';
import { findCircle, findPathWithout, type Searched, searched } from './search/liveness.ts';
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
  const started = performance.now();
  const { inspector, ...figures } = plan.search === 'exhaustive' ? exploreAll(plan, started) : walkThrough(plan, plan.search);
  if (figures.incompleteBecause.length === 0) {
    for (const property of inspector.unseen) {
      inspector.keep({ property: property.name, kind: 'sometimes', message: 'it never holds', path: () => [] });
    }
  }
  return new CheckReport({
    ...figures,
    terminal: Object.fromEntries([...inspector.ends].map(([state, ends]) => [state, ends.size])),
    violations: inspector.found.map((one) => new Counterexample(inspector.system, inspector.initial, one, one.path())),
    warnings: [
      ...[...inspector.endless].map((task) => ({ task, message: endlessMessage(task) })),
      ...(figures.incompleteBecause.length === 0 ? hintsOf(inspector) : []),
    ],
    neverHappened: neverHappened(inspector),
    unreached: unreached(inspector, plan),
    ms: performance.now() - started,
  });
}

const endlessMessage = (task: string): string =>
  `${task} may run forever: neither the task nor the job has a timeout, and the function may never return`;

interface Carried extends Pick<CheckReportData, 'incompleteBecause' | 'states' | 'transitions' | 'depth'> {
  readonly inspector: Inspector;
}

function walkThrough(plan: CheckPlan, { walks, seed }: WalkSearch): Carried {
  const inspector = new Inspector(plan.model, plan);
  const { hits, ...figures } = new Walker(inspector, plan, seed).walk(walks);
  return { inspector, incompleteBecause: ['walks', ...hits], ...figures };
}

function exploreAll(plan: CheckPlan, started: number): Carried {
  const { properties, builtins } = plan;
  const { inspector, search } = explorePacked(plan) ?? exploreThoroughly(plan, started);
  const { graph } = search;
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
      keep(property.name, 'eventually', findPathWithout(property, search));
    }
  }
  return {
    inspector,
    incompleteBecause: [...graph.hits, ...(graph.isPartial ? (['laws'] as const) : [])],
    states: graph.size,
    transitions: graph.edges,
    depth: graph.depth,
  };
}

/** @param started when the check started: the time that a packed search has taken counts, too */
function exploreThoroughly(plan: CheckPlan, started: number): { readonly inspector: Inspector; readonly search: Searched } {
  const inspector = new Inspector(plan.model, plan);
  const ms = plan.limits.ms && plan.limits.ms - (performance.now() - started);
  return { inspector, search: searched(inspector, explore(inspector, { ...plan.limits, ms }, plan.onProgress)) };
}

function neverHappened({ ends, unseen, system }: Inspector): string[] {
  // Only a saved job can leave its process.
  const possible = JOB_STATES.filter((state) => isSettled(state) && (state !== 'detached' || system.isRecorded));
  const states: readonly JobState[] = possible.filter((state) => !ends.has(state));
  return [...states.map((state) => `the job ends as ${state}`), ...[...unseen].map(({ name }) => name)];
}

function unreached({ transitions }: Inspector, { model }: CheckPlan): string[] {
  const absent = absentIn(model);
  return [model.machines.job, model.machines.task].flatMap((machine) =>
    [...transitionsOf(machine)]
      .filter(([transition, name]) => !transitions.has(transition) && !absent.some((pattern) => pattern.test(name)))
      .map(([, name]) => name),
  );
}

/** The transitions of what a job doesn't have: undos, finally tasks, attempts that may end after a failure, or a store. */
const absentIn = ({ hasPhases, onFailure, crash }: JobModel): readonly RegExp[] => [
  ...(hasPhases ? [] : [/\b(undoing|planning|beforeUndoing|finishing|beforeFinishing)\b/]),
  ...(onFailure === 'finishRunning' ? [] : [/\bdraining\b/]),
  ...(crash === false ? [/\b(job\.detach|detaching)\b/] : []),
];
