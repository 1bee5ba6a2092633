import { hash } from 'node:crypto';
import * as v from 'valibot';
import { describeValue } from '../../values/describe-value.ts';
import { fingerprint } from '../../workflow/graph/fingerprint.ts';
import type { TaskGraph } from '../../workflow/graph/task-graph.ts';
import { InvalidWorkflowError } from '../../workflow/invalid-workflow-error.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import { validGraph } from '../../workflow/validate-tasks.ts';
import { type AnyWorkflow, isWorkflow } from '../../workflow/workflow.ts';
import { type SentDetails, sentDetailsEntries } from '../sent-details.ts';

/** The version of the message format. A new version must change `queueOf` as well, so that old workers never get its messages. */
const FORMAT = 2;

/** The most characters of a context or a result, on both sides. */
export const MAX_LENGTH = 64 * 1024 * 1024;

const name = v.pipe(v.string(), v.minLength(1));
const whole = (from: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(from));

const encoded = v.pipe(v.string(), v.maxLength(MAX_LENGTH));

const MESSAGE = v.object({
  format: v.literal(FORMAT),
  workflow: name,
  fingerprint: name,
  job: name,
  task: name,
  attempt: whole(1),
  /** How long to keep the result, in milliseconds. */
  keep: whole(1),
  /** How many workers may die running it. */
  maxWorkerDeaths: whole(0),
  /** Encoded by the codec. */
  context: encoded,
  /** Errors and the output of a task to undo are encoded by the codec. */
  ...sentDetailsEntries(encoded),
});

/** The message that tells a worker to run an attempt. */
export type AttemptMessage = v.InferOutput<typeof MESSAGE>;

/** What must match between the process that requests an attempt and the worker that runs it. */
export interface Workload {
  readonly workflow: string;
  readonly version: string | undefined;
  readonly fingerprint: string;
  readonly tasks: ReadonlyMap<string, TaskSpec>;
}

/**
 * @param subject how error messages refer to the owner of the workflow
 * @throws {InvalidWorkflowError}
 */
export function workloadOf(workflow: AnyWorkflow, subject: string): Workload {
  if (!isWorkflow(workflow)) {
    const expected = 'a named workflow made with `workflow`';
    const message = `${subject}: \`workflow\` must be ${expected}, got ${describeValue(workflow)}`;
    throw new InvalidWorkflowError([{ code: 'invalidOption', option: 'workflow', value: workflow, expected, message }]);
  }
  const { tasks }: TaskGraph = validGraph(workflow);
  return {
    workflow: workflow.name,
    version: workflow.version,
    fingerprint: fingerprint(workflow),
    tasks: new Map(tasks.map((task) => [task.name, task])),
  };
}

/**
 * The name of the BullMQ queue. Each fingerprint has its own, so attempts of one version never hold up workers of another. BullMQ
 * allows no colons.
 */
export const queueOf = (queue: string, { fingerprint: print }: Workload): string => `${queue}-${print}`;

interface Attempt extends Pick<AttemptMessage, 'job' | 'task' | 'attempt'> {
  /** Set if it undoes the task. */
  readonly undo?: object | undefined;
}

/** The settings of an owner that travel with each attempt. */
export type AttemptSettings = Pick<AttemptMessage, 'keep' | 'maxWorkerDeaths'>;

export function makeMessage(
  load: Workload,
  { job, task, attempt }: Attempt,
  settings: AttemptSettings,
  context: string,
  details: SentDetails<string>,
): AttemptMessage {
  const { workflow, fingerprint: print } = load;
  return { format: FORMAT, workflow, fingerprint: print, job, task, attempt, ...settings, context, ...details };
}

/** The name of its BullMQ job, for dashboards. */
export const jobName = ({ task, undo }: Attempt): string => (undo === undefined ? task : `undo ${task}`);

/** The BullMQ id of an attempt: the same for every process that requests it. BullMQ allows no colons and no plain numbers. */
export function idOf({ fingerprint: print }: Workload, { job, task, attempt, undo }: Attempt): string {
  const names = JSON.stringify([print, job, task, attempt, ...(undo === undefined ? [] : ['undo'])]);
  return `attempt-${hash('sha256', names).slice(0, 40)}`;
}

/** Reads the message of a BullMQ job: returns it, or a description of the problem. */
export function readMessage(
  data: unknown,
  id: string,
  load: Workload,
): { readonly message: AttemptMessage } | { readonly problem: string } {
  const { success, output, issues } = v.safeParse(MESSAGE, data);
  if (!success) {
    const [issue] = issues;
    return { problem: `\`${v.getDotPath(issue) ?? 'data'}\` must be ${issue.expected ?? 'valid'}` };
  }
  if (output.fingerprint !== load.fingerprint) {
    return { problem: `\`fingerprint\` must be ${load.fingerprint}` };
  }
  // Else one attempt could pass for another: results and cancellations are found by id.
  return idOf(load, output) === id ? { message: output } : { problem: 'it has the id of another attempt' };
}

/** The reasons BullMQ records for attempts that end without a result. */
export const CANCELLED = 'The attempt was cancelled';
export const WORKER_DIED = 'Too many workers died running the attempt';

/** The Redis keys of a queue's attempts, besides those of BullMQ. */
export class AttemptKeys {
  readonly #base: string;

  /** @param queue the name of the BullMQ queue */
  constructor(prefix: string, queue: string) {
    this.#base = `${prefix}:${queue}:tintype`;
  }

  /** The channel that announces cancelled attempts. */
  get cancelled(): string {
    return `${this.#base}:cancelled`;
  }

  /** Holds a result that is too long for BullMQ's events, or that came too late for BullMQ. */
  result(id: string): string {
    return `${this.#base}:result:${id}`;
  }

  /** Holds the reason an attempt was cancelled. */
  cancellation(id: string): string {
    return `${this.#base}:cancellation:${id}`;
  }
}
