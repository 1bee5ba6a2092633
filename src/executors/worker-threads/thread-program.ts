import type { MessagePort } from 'node:worker_threads';
import type { ExecutionDetails } from '../../runtime/attempts/execution-details.ts';
import { describeValue, readText } from '../../values/describe-value.ts';
import { idempotencyKeys } from '../../workflow/idempotency-keys.ts';
import type { TaskExecution } from '../../workflow/task-definition.ts';
import { unpackDetails } from '../sent-details.ts';
import { findUncloneable } from './find-uncloneable.ts';
import { type Answer, type Request, Slot, takeOut, type Work } from './messages.ts';
import { packThrown, unpackThrown } from './sent-error.ts';

type Load = (url: string) => Promise<Readonly<Record<string, unknown>>>;
type Execution = Omit<TaskExecution, 'outcomes'> & ExecutionDetails;
type WorkFunction = (input: unknown, execution: Execution) => unknown;

const NO_OUTCOMES = Object.freeze({});

/** An output is a copy already. */
const UNPACKING = { error: unpackThrown, output: (output: object | undefined) => output };

interface Surroundings {
  readonly load: Load;
  readonly port: MessagePort;
  readonly slots: Int32Array;
}

/** Answers calls in a thread, one at a time. */
export function serve({ load, port, slots }: Surroundings): void {
  // The functions called here can break globals, and their prototypes.
  const { exit } = process;
  const post: (answer: Answer) => void = port.postMessage.bind(port);
  let running: { readonly call: number; readonly controller: AbortController } | undefined;

  async function answerCall(call: number, work: Work): Promise<void> {
    const controller = new AbortController();
    running = { call, controller };
    const execution = {
      job: work.job,
      task: work.task,
      attempt: work.attempt,
      ...idempotencyKeys(work.job, work.task, work.attempt),
      signal: controller.signal,
      outcomes: NO_OUTCOMES,
      isActive: () => Atomics.load(slots, Slot.wanted) === call,
      ...unpackDetails(work.details, UNPACKING),
    };
    answer(await perform(load, work, execution), call);
  }

  port.on('message', (request: Request) => {
    if (request.type === 'abort') {
      if (running?.call === request.call) {
        running.controller.abort(unpackThrown(request.reason));
      }
    } else if (takeOut(slots, request.call)) {
      // If even this fails, the thread is broken, and its owner starts another.
      answerCall(request.call, request.work).catch(() => exit(1));
    }
  });

  // A call that can't be read is not started.
  port.on('messageerror', () => exit(1));

  function answer(outcome: Outcome, call: number): void {
    try {
      post({ ...outcome, call });
    } catch (error) {
      const { value } = outcome as { value?: unknown };
      post({ type: 'notCloneable', ...findUncloneable(value, 'result', error), error: packThrown(error), call });
    }
  }
}

type Without<Type, Key> = Type extends unknown ? Omit<Type, Key & keyof Type> : never;
type Outcome = Without<Answer, 'call'>;

async function perform(load: Load, { module, export: name, input, details }: Work, execution: Execution): Promise<Outcome> {
  let work: unknown;
  try {
    const exports = await load(module);
    work = exports[name];
    if (typeof work !== 'function') {
      return { type: 'notLoaded', why: whyNotCallable(exports, name, module) };
    }
  } catch (thrown) {
    const error = withoutImporter(thrown);
    const advice = MODULE_SYNTAX.test(describeValue(error)) ? `; ${adviceFor(module)}` : '';
    return { type: 'notLoaded', why: describeValue(error) + advice, error: packThrown(error) };
  }
  try {
    const value = await (work as WorkFunction)(input, execution);
    // What an undo returns is ignored, so it need not be cloneable.
    return { type: 'returned', value: details.undo === undefined ? value : undefined };
  } catch (error) {
    return { type: 'threw', error: packThrown(error) };
  }
}

/** Errors of files with the syntax of ES modules that are loaded as CommonJS. */
const MODULE_SYNTAX = /with the "cjs" output format|outside a module|Unexpected token 'export'|await is only valid in/;

type Exports = Readonly<Record<string, unknown>>;

function whyNotCallable(exports: Exports, name: string, module: string): string {
  const inner = innerExports(exports, name);
  if (inner !== undefined && Object.hasOwn(inner, name)) {
    return `it was loaded as CommonJS; ${adviceFor(module)}`;
  }
  const names = Object.keys(inner ?? exports).join(', ') || 'nothing';
  const advice = inner === undefined ? '' : `, and was loaded as CommonJS; ${adviceFor(module)}`;
  return `it is ${describeValue(exports[name])}; the module exports ${names}${advice}`;
}

/** If tsx has loaded an ES module as CommonJS, its exports are those of the default one. */
function innerExports({ default: inner, ...visible }: Exports, name: string): Exports | undefined {
  if (typeof inner !== 'object' || inner === null) {
    return undefined;
  }
  const isHidden = Object.hasOwn(inner, '__esModule') && !Object.keys(inner).some((key) => Object.hasOwn(visible, key));
  return isHidden || Object.hasOwn(inner, name) ? (inner as Exports) : undefined;
}

/** The importer that Node.js names is the program of the thread, whose URL is long. */
const IMPORTER = / (imported )?from '?data:text\/javascript\S*/;

function withoutImporter(error: unknown): unknown {
  if (IMPORTER.test(describeValue(error))) {
    for (const key of ['message', 'stack']) {
      Reflect.set(error as object, key, readText(error as object, key)?.replace(IMPORTER, ''));
    }
  }
  return error;
}

const adviceFor = (module: string): string =>
  `name the file \`.m${/[jt]sx?$/.exec(module)?.[0] ?? 'js'}\`, or set "type": "module" in its package.json`;
