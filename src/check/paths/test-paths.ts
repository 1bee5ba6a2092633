import { integer, oneOf, optional } from '../../workflow/options/option-schemas.ts';
import { CheckError } from '../check-error.ts';
import { type Checkable, type CheckOptions, type CheckPlan, type NamesOf, readOptions } from '../check-options.ts';
import type { JobModel } from '../model/model.ts';
import { ownJobs, type Resumer, type Runner } from '../replay/job-source.ts';
import { replay } from '../replay/replay.ts';
import { type PathStep, trace } from '../report/trace.ts';
import { explore } from '../search/explore.ts';
import { Inspector } from '../search/inspector.ts';
import { COVERS, type Cover, CoveringPaths } from './cover.ts';
import { describePath } from './describe-path.ts';
import { realPath } from './real-path.ts';
import { UniqueTitles } from './unique-titles.ts';

/**
 * The options of `testPaths`: those of `checkWorkflow`, plus how to choose the paths. `properties`, `builtins` and `search` do
 * not affect paths.
 */
export interface TestPathOptions<Name extends string = string> extends CheckOptions<Name> {
  /**
   * What the paths cover together: each transition of the machines of the job and of each task, each state of the job at rest,
   * or each edge between such states.
   * @default 'transitions'
   */
  readonly cover?: Cover | undefined;
  /**
   * The maximum number of paths; those that go farthest come first.
   * @default no limit
   */
  readonly maxPaths?: number | undefined;
}

/** A path of a job from its start to an end, with what is expected after each step. */
export class TestPath {
  /** Identifies the path: equal steps have equal ids. */
  readonly id: string;
  /** The path as a sentence. Unique among the paths. */
  readonly description: string;
  readonly steps: readonly PathStep[];
  readonly #model: JobModel;

  constructor(model: JobModel, steps: readonly PathStep[], titles: UniqueTitles) {
    this.#model = model;
    this.id = hash(JSON.stringify(steps.map(({ choice }) => choice)));
    this.description = titles.of(describePath(steps));
    this.steps = steps;
  }

  /**
   * Runs the path as a real job on a simulated clock, with functions that do what the steps say. No function of the workflow is
   * called, and no time passes.
   * @param start starts the job; defaults to `run`
   * @param resume continues it after a crash; defaults to `resume`
   * @throws {ReplayError} at the first step where the job does not behave as expected
   */
  async replay(start: Runner = ownJobs.start, resume: Resumer = ownJobs.resume): Promise<void> {
    await replay(this.#model, this.steps, { start, resume });
  }
}

/**
 * Makes paths of a job to turn into tests.
 * @throws {InvalidWorkflowError} if the tasks or options are invalid
 * @throws {CheckError} if a limit is hit before all states are found
 * @example
 * for (const path of testPaths(smoothie, { maxRetries: 1 })) {
 *   test(path.description, () => path.replay());
 * }
 */
export function testPaths<Tasks extends Checkable>(tasks: Tasks, options: TestPathOptions<NamesOf<Tasks>> = {}): TestPath[] {
  const { plan, own } = readOptions<TestPathOptions>(tasks, options, {
    cover: optional(oneOf(COVERS, COVERS.join(', '))),
    maxPaths: optional(integer(1, Infinity, POSITIVE)),
  });
  return pathsOf(plan, own.cover ?? 'transitions', own.maxPaths ?? Infinity);
}

const POSITIVE = 'an integer of at least 1';

/** Makes the paths of a plan, with the machines of the plan. */
function pathsOf(plan: CheckPlan, cover: Cover, maxPaths: number): TestPath[] {
  const inspector = new Inspector(plan.model, { properties: [], builtins: new Set(), reduction: plan.reduction });
  const { system } = inspector;
  const initial = system.save();
  const graph = explore(inspector, plan.limits);
  if (graph.hits.size > 0) {
    throw new CheckError(
      `The limit of ${[...graph.hits].join(' and ')} was reached after ${graph.codes.length} states, but test paths need all states`,
    );
  }
  const titles = new UniqueTitles();
  const paths: TestPath[] = [];
  for (const path of new CoveringPaths(graph, cover)) {
    if (paths.length >= maxPaths) {
      break;
    }
    paths.push(new TestPath(plan.model, trace(system, initial, realPath(graph, inspector, path)), titles));
  }
  return paths;
}

/** A short hash of a text (FNV-1a). */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return (state >>> 0).toString(16).padStart(8, '0');
}
