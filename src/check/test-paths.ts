import * as v from 'valibot';
import { CheckError } from './check-error.ts';
import { type Checkable, type CheckOptions, type CheckPlan, type NamesOf, readOptions } from './check-options.ts';
import { COVERS, type Cover, CoveringPaths } from './cover.ts';
import { describePath } from './describe-path.ts';
import { explore } from './explore.ts';
import { Inspector } from './inspector.ts';
import type { JobModel } from './model.ts';
import { realPath } from './real-path.ts';
import { replay } from './replay.ts';
import { ownJobs, type Resumer, type Runner } from './stage.ts';
import { type PathStep, trace } from './trace.ts';

/**
 * The options of `testPaths`: those of a check, of which `properties`, `builtins` and `search` have no influence on paths, and how the
 * paths are chosen.
 */
export interface TestPathOptions<Name extends string = string> extends CheckOptions<Name> {
  /**
   * What the paths go through together: each transition of the machine of the job and of each task, each state of the job at rest, or
   * each step between such states.
   * @default 'transitions'
   */
  readonly cover?: Cover | undefined;
  /**
   * How many paths to make at most; those that go farthest come first.
   * @default no limit
   */
  readonly maxPaths?: number | undefined;
}

/** A course of a job, from its start to an end, with what is expected after each step. */
export class TestPath {
  /** The same for the same steps. */
  readonly id: string;
  /** The path as a sentence. */
  readonly description: string;
  readonly steps: readonly PathStep[];
  readonly #model: JobModel;

  constructor(model: JobModel, steps: readonly PathStep[]) {
    this.#model = model;
    this.id = hash(JSON.stringify(steps.map(({ choice }) => choice)));
    this.description = describePath(steps);
    this.steps = steps;
  }

  /**
   * Runs the path as a real job, with functions that do what the steps say, on a simulated clock: no function of the workflow is
   * called, and no time passes.
   * @param start what starts the job, where it is not this library's own `run`
   * @param resume what continues it after a crash, where it is not this library's own `resume`
   * @throws {ReplayError} at the first step after which the job did not do what was expected, or is not as expected
   */
  async replay(start: Runner = ownJobs.start, resume: Resumer = ownJobs.resume): Promise<void> {
    await replay(this.#model, this.steps, { start, resume });
  }
}

/**
 * Makes paths from which tests can be made.
 * @throws {InvalidWorkflowError} when tasks or options are invalid
 * @throws {CheckError} when a limit is hit before all states were found
 * @example
 * for (const path of testPaths(smoothie, { maxRetries: 1 })) {
 *   test(path.description, () => path.replay());
 * }
 */
export function testPaths<Tasks extends Checkable>(tasks: Tasks, options: TestPathOptions<NamesOf<Tasks>> = {}): TestPath[] {
  const { plan, own } = readOptions<TestPathOptions>(tasks, options, {
    cover: v.optional(v.picklist(COVERS, COVERS.join(', '))),
    maxPaths: v.optional(v.pipe(v.number(POSITIVE), v.integer(POSITIVE), v.minValue(1, POSITIVE))),
  });
  return pathsOf(plan, own.cover ?? 'transitions', own.maxPaths ?? Infinity);
}

const POSITIVE = 'an integer from 1';

/** Makes paths of a plan, with whatever machines. */
function pathsOf(plan: CheckPlan, cover: Cover, maxPaths: number): TestPath[] {
  const inspector = new Inspector(plan.model, { properties: [], builtins: new Set(), reduction: plan.reduction });
  const { system } = inspector;
  const initial = system.save();
  const graph = explore(inspector, plan.limits);
  if (graph.hits.size > 0) {
    throw new CheckError(
      `The limit of ${[...graph.hits].join(' and ')} was hit after ${graph.codes.length} states: paths need them all`,
    );
  }
  const paths: TestPath[] = [];
  for (const path of new CoveringPaths(graph, cover)) {
    if (paths.length >= maxPaths) {
      break;
    }
    paths.push(new TestPath(plan.model, trace(system, initial, realPath(graph, inspector, path))));
  }
  return paths;
}

/** A short text that is the same for the same text (FNV-1a). */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return (state >>> 0).toString(16).padStart(8, '0');
}
