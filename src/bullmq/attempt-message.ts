import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { describeValue } from '../workflow/describe-value.ts';
import { fingerprint } from '../workflow/fingerprint.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import type { TaskGraph } from '../workflow/task-graph.ts';
import type { TaskSpec } from '../workflow/task-spec.ts';
import { validGraph } from '../workflow/validate-tasks.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';

/** The version of the messages. Newer ones are left to newer workers. */
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
  /** For how many milliseconds a result is kept. */
  keep: whole(1),
  /** A text of the codec. */
  context: v.string(),
});

/** What a worker is sent to run an attempt. */
export type AttemptMessage = v.InferOutput<typeof MESSAGE>;

/** What has to be the same in who asks for an attempt and who runs it. */
export interface Workload {
  readonly workflow: string;
  readonly version: string | undefined;
  readonly fingerprint: string;
  readonly tasks: ReadonlyMap<string, TaskSpec>;
}

/**
 * @param subject Whose workflow it is.
 * @throws {InvalidWorkflowError}
 */
export function workloadOf(workflow: AnyWorkflow, subject: string): Workload {
  if (!isWorkflow(workflow)) {
    const expected = 'a workflow, which has a name by which workers know it';
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

/** The id of an attempt for BullMQ, which allows neither colons nor numbers: the same for whoever asks for this attempt. */
export function idOf({ fingerprint: print }: Workload, { job, task, attempt }: Attempt): string {
  const names = JSON.stringify([print, job, task, attempt]);
  return `attempt-${createHash('sha256').update(names).digest('hex').slice(0, 40)}`;
}

/** Reads a message: what it says, that it is for another worker, or what is wrong with it. */
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

/** Why BullMQ takes an attempt that was cancelled for failed. */
export const CANCELLED = 'The attempt was cancelled';

/** What the attempts of a queue have in Redis beside what BullMQ has. */
export class AttemptKeys {
  readonly #base: string;

  constructor(prefix: string, queue: string) {
    this.#base = `${prefix}:${queue}:tintype`;
  }

  /** On which channel it is told that an attempt is cancelled. */
  get cancelled(): string {
    return `${this.#base}:cancelled`;
  }

  result(id: string): string {
    return `${this.#base}:result:${id}`;
  }

  /** Why an attempt is cancelled. */
  cancellation(id: string): string {
    return `${this.#base}:cancellation:${id}`;
  }
}
