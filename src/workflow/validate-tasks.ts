import { describeValue, quote, readableKeys } from '../values/describe-value.ts';
import { findCycles } from './graph/find-cycles.ts';
import { buildGraph, type TaskGraph } from './graph/task-graph.ts';
import { NO_POSITION, workflowOrder } from './graph/workflow-order.ts';
import { InvalidWorkflowError } from './invalid-workflow-error.ts';
import { violation } from './options/check-options.ts';
import { text } from './options/option-schemas.ts';
import type { TaskDefinition } from './task-definition.ts';
import { readTask, type TaskSpec } from './task-spec.ts';
import { type AnyWorkflow, isWorkflow, taskDefinitions } from './workflow.ts';
import type { WorkflowProblem } from './workflow-problem.ts';

/**
 * Throws if tasks can't run. All problems are reported together.
 * @throws {InvalidWorkflowError}
 * @example
 * validateTasks([{ name: 'blend', run: () => ({}), dependencies: ['ice'] }]);
 * // InvalidWorkflowError: Task `blend` depends on `ice`, which is not defined
 */
export function validateTasks(tasks: AnyWorkflow | readonly TaskDefinition[]): void {
  validGraph(tasks);
}

/**
 * Returns the graph of valid tasks.
 * @throws {InvalidWorkflowError}
 */
export function validGraph(tasks: unknown): TaskGraph {
  const { graph, problems } = readTasks(tasks);
  if (graph === undefined) {
    throw new InvalidWorkflowError(problems);
  }
  return graph;
}

/** Validates and copies tasks. Returns a graph only if there are no problems. */
export function readTasks(source: unknown): { graph?: TaskGraph; problems: WorkflowProblem[] } {
  const problems: WorkflowProblem[] = [];
  const tasks = readAll(source, problems);
  const places = new Map<string, number>();
  for (let index = 0; index < tasks.length; index += 1) {
    places.set((tasks[index] as TaskSpec).name, index);
  }
  if (places.size < tasks.length) {
    findDuplicates(tasks, problems);
  }
  const edges = checkDependencies(tasks, places, problems);
  const positions = orderOf(tasks, edges);
  if (positions.includes(NO_POSITION)) {
    reportCycles(tasks, edges, problems);
  }
  return problems.length === 0 ? { graph: buildGraph(tasks, places, edges, positions), problems } : { problems };
}

function readAll(source: unknown, problems: WorkflowProblem[]): TaskSpec[] {
  if (isWorkflow(source)) {
    checkText('name', source.name, problems);
    if (source.version !== undefined) {
      checkText('version', source.version, problems);
    }
  }
  const tasks: TaskSpec[] = [];
  const elements = readElements(source, problems);
  const report = (problem: WorkflowProblem) => problems.push(problem);
  for (let index = 0; index < elements.length; index += 1) {
    const element = elements[index];
    const keys = readableKeys(element);
    if (keys === undefined) {
      const message = `The task at index ${index} must be an object, got ${describeValue(element)}`;
      problems.push({ code: 'invalidTask', index, value: element, message });
      continue;
    }
    const task = readTask(element as object, index, keys, report);
    if (task !== undefined) {
      tasks.push(task);
    }
  }
  return tasks;
}

function checkText(option: string, value: unknown, problems: WorkflowProblem[]): void {
  const expected = violation(text, value);
  if (expected !== undefined) {
    const message = `The workflow: ${quote(option)} must be ${expected}, got ${describeValue(value)}`;
    problems.push({ code: 'invalidOption', option, value, expected, message });
  }
}

function readElements(source: unknown, problems: WorkflowProblem[]): unknown[] {
  if (isWorkflow(source)) {
    return taskDefinitions(source);
  }
  const reject = (message: string) => {
    problems.push({ code: 'invalidTasks', value: source, message });
    return [];
  };
  if (!isArray(source)) {
    return reject(`The tasks must be a workflow or an array of tasks, got ${describeValue(source)}`);
  }
  try {
    return Array.from({ length: source.length }, (_, index) => source[index]);
  } catch (error) {
    return reject(`The array of tasks can't be read: ${describeValue(error)}`);
  }
}

/** `Array.isArray` throws on a revoked proxy. */
function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function findDuplicates(tasks: readonly TaskSpec[], problems: WorkflowProblem[]): void {
  const counts = new Map<string, number>();
  for (const { name } of tasks) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const [task, count] of counts) {
    if (count > 1) {
      problems.push({ code: 'duplicateName', task, message: `${count} tasks have the name ${quote(task)}` });
    }
  }
}

/**
 * Checks the dependencies of tasks, and lets each of them occur only once.
 * @returns for each task the indexes of its dependencies, without unknown names
 */
function checkDependencies(
  tasks: readonly TaskSpec[],
  places: ReadonlyMap<string, number>,
  problems: WorkflowProblem[],
): number[][] {
  const placesOf = ({ dependencies }: TaskSpec) => dependencies.map((name) => places.get(name) ?? MISSING);
  const edges = tasks.map(placesOf);
  const seenBy = new Int32Array(tasks.length).fill(MISSING);
  for (let index = 0; index < tasks.length; index += 1) {
    for (const place of edges[index] as number[]) {
      if (place === MISSING || seenBy[place] === index) {
        const task = tasks[index] as { dependencies: readonly string[] } & TaskSpec;
        task.dependencies = [...new Set(task.dependencies)];
        edges[index] = placesOf(task).filter((one) => one !== MISSING);
        findMissing(task, places, problems);
        break;
      }
      seenBy[place] = index;
    }
  }
  findUnknownConditions(tasks, problems);
  checkFinallyTasks(tasks, edges, problems);
  return edges;
}

/** The workflow order. Finally tasks come after all others. */
function orderOf(tasks: readonly TaskSpec[], edges: readonly (readonly number[])[]): Int32Array {
  if (!tasks.some(isFinal)) {
    return workflowOrder(edges);
  }
  const indexes = [...tasks.keys()];
  const order = [...indexes.filter((index) => !isFinal(tasks[index])), ...indexes.filter((index) => isFinal(tasks[index]))];
  const places = new Int32Array(order.length);
  for (const [place, index] of order.entries()) {
    places[index] = place;
  }
  const moved = workflowOrder(
    order.map((index) => (edges[index] as number[]).map((dependency) => places[dependency] as number)),
  );
  return places.map((place) => moved[place] as number);
}

const isFinal = (task: TaskSpec | undefined): boolean => task?.finally === true;

function checkFinallyTasks(
  tasks: readonly TaskSpec[],
  edges: readonly (readonly number[])[],
  problems: WorkflowProblem[],
): void {
  if (!tasks.some(isFinal)) {
    return;
  }
  for (const [index, task] of tasks.entries()) {
    for (const place of edges[index] as readonly number[]) {
      const dependency = tasks[place] as TaskSpec;
      if (isFinal(dependency) !== isFinal(task)) {
        const message = isFinal(task)
          ? `Task ${quote(task.name)} is a finally task, so it can't depend on ${quote(dependency.name)}, which isn't one`
          : `Task ${quote(task.name)} can't depend on ${quote(dependency.name)}, which is a finally task`;
        problems.push({ code: 'finallyDependency', task: task.name, dependency: dependency.name, message });
      }
    }
    if (isFinal(task) && task.undo !== undefined) {
      const message = `Task ${quote(task.name)} is a finally task, so it can't have an \`undo\``;
      problems.push({ code: 'finallyUndo', task: task.name, message });
    }
  }
}

function reportCycles(tasks: readonly TaskSpec[], edges: readonly (readonly number[])[], problems: WorkflowProblem[]): void {
  for (const cycle of findCycles(edges)) {
    const names = cycle.map((index) => (tasks[index] as TaskSpec).name);
    const path = [...names, names[0] as string];
    problems.push({ code: 'cycle', path, message: `Tasks depend on each other in a circle: ${arrows(path)}` });
  }
}

const MISSING = -1;

function findMissing({ name, dependencies }: TaskSpec, places: ReadonlyMap<string, number>, problems: WorkflowProblem[]): void {
  for (const dependency of dependencies) {
    if (!places.has(dependency)) {
      const message = `Task ${quote(name)} depends on ${quote(dependency)}, which is not defined`;
      problems.push({ code: 'missingDependency', task: name, dependency, message });
    }
  }
}

function findUnknownConditions(tasks: readonly TaskSpec[], problems: WorkflowProblem[]): void {
  for (const { name, dependencies, when } of tasks) {
    if (typeof when !== 'object') {
      continue;
    }
    const known = new Set(dependencies);
    for (const dependency of new Set(when.map(({ task }) => task))) {
      if (!known.has(dependency)) {
        const message = `Task ${quote(name)} has a \`when\` for ${quote(dependency)}, which is not one of its dependencies`;
        problems.push({ code: 'unknownCondition', task: name, dependency, message });
      }
    }
  }
}

const ARROWS = 20;

/** Long cycles are cut in the middle; the problem has the whole path. */
function arrows(path: readonly string[]): string {
  const steps = path.map(quote);
  if (steps.length > ARROWS) {
    steps.splice(ARROWS / 2, steps.length - ARROWS, `… ${steps.length - ARROWS} more …`);
  }
  return steps.join(' → ');
}
