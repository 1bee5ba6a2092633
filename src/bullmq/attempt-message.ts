import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { describeValue } from '../workflow/describe-value.ts';
import { fingerprint } from '../workflow/fingerprint.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import type { TaskGraph } from '../workflow/task-graph.ts';
import type { TaskSpec } from '../workflow/task-spec.ts';
import { validGraph } from '../workflow/validate-tasks.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';

/** The version of the message format. Newer messages are left to newer workers. */
const FORMAT = 1;

const name = v.pipe(v.string(), v.minLength(1));
const whole = (from: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(from));

const MESSAGE = v.object({
  format: v.literal(FORMAT),
  workflow: name,
  version: v.optional(v.string()),
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  job: name,
  task: name,
  attempt: whole(1),
  /** How long to keep the result, in milliseconds. */
  keep: whole(1),
  /** Encoded by the codec. */
  context: v.string(),
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

type Attempt = Pick<AttemptMessage, 'job' | 'task' | 'attempt'>;

export function makeMessage(load: Workload, { job, task, attempt }: Attempt, keep: number, context: string): AttemptMessage {
  const { workflow, version, fingerprint: print } = load;
  const versioned = version === undefined ? {} : { version };
  return { format: FORMAT, workflow, ...versioned, fingerprint: print, job, task, attempt, keep, context };
}

/** The BullMQ id of an attempt: the same for every process that requests it. BullMQ allows no colons and no plain numbers. */
export function idOf({ fingerprint: print }: Workload, { job, task, attempt }: Attempt): string {
  const names = JSON.stringify([print, job, task, attempt]);
  return `attempt-${createHash('sha256').update(names).digest('hex').slice(0, 40)}`;
}

/** Reads a message: returns it, `'foreign'` if it is for another worker, or a description of the problem. */
export function readMessage(
  data: unknown,
  load: Workload,
): { readonly message: AttemptMessage } | { readonly problem: string } | 'foreign' {
  const format = v.safeParse(v.object({ format: whole(FORMAT + 1) }), data);
  if (format.success) {
    return 'foreign';
  }
  const { success, output, issues } = v.safeParse(MESSAGE, data);
  if (!success) {
    const [issue] = issues;
    return { problem: `\`${v.getDotPath(issue) ?? 'data'}\` must be ${issue.expected ?? 'valid'}` };
  }
  const isOurs =
    output.workflow === load.workflow && output.version === load.version && output.fingerprint === load.fingerprint;
  return isOurs ? { message: output } : 'foreign';
}

/** The reason BullMQ records for a cancelled attempt, which it counts as failed. */
export const CANCELLED = 'The attempt was cancelled';

/** The Redis keys of a queue's attempts, besides those of BullMQ. */
export class AttemptKeys {
  readonly #base: string;

  constructor(prefix: string, queue: string) {
    this.#base = `${prefix}:${queue}:tintype`;
  }

  /** The channel that announces cancelled attempts. */
  get cancelled(): string {
    return `${this.#base}:cancelled`;
  }

  result(id: string): string {
    return `${this.#base}:result:${id}`;
  }

  /** Holds the reason an attempt was cancelled. */
  cancellation(id: string): string {
    return `${this.#base}:cancellation:${id}`;
  }
}
