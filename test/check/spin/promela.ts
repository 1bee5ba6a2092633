import { readFileSync } from 'node:fs';
import type { TaskDefinition } from 'tintype';
import type { ModelOptions } from 'tintype/check';

/** The options that the model knows. */
export type ModeledOptions = Pick<
  ModelOptions,
  'outcomes' | 'cancel' | 'maxConcurrency' | 'maxRetries' | 'backoff' | 'retryIf' | 'timeout'
>;

const JOB = readFileSync(new URL('./job.pml', import.meta.url), 'utf8');

/** A job of these tasks in Promela. It imports only types of tintype, so that a mistake in tintype can't be in the model, too. */
export function promelaOf(definitions: readonly TaskDefinition[], options: ModeledOptions): string {
  const { cancel = 'anywhere', maxConcurrency = Infinity, timeout } = options;
  const tasks = inOrderOfStart(definitions);
  const among = (has: (task: TaskDefinition) => boolean) =>
    tasks.flatMap((task, place) => (has(task) ? [`t == ${place}`] : [])).join(' || ') || 'false';
  const endsBy = (outcome: string) => among(({ name }) => outcomesOf(name, options).includes(outcome));
  const maxRetriesOf = (task: TaskDefinition) => task.maxRetries ?? options.maxRetries ?? 5;
  const backoffOf = (task: TaskDefinition) => task.backoff ?? options.backoff ?? 'random';
  const retryIfOf = (task: TaskDefinition) => task.retryIf ?? options.retryIf ?? 'default';
  const asksFunction = (task: TaskDefinition) =>
    [backoffOf(task), retryIfOf(task)].some((option) => typeof option === 'function');
  const isMissing = (task: TaskDefinition) =>
    dependenciesOf(task).map((name) => `state[${tasks.findIndex((other) => other.name === name)}] != completed`);

  const macros = {
    TASKS: tasks.length,
    SLOTS: Math.min(maxConcurrency, tasks.length),
    JOB_TIMEOUT: timeout !== undefined,
    CANCEL: cancel !== false,
    CANCEL_MID_STEP: cancel === 'anywhere',
    'is_waiting(t)': tasks.map((task, place) => `(t == ${place} && (${isMissing(task).join(' || ') || false}))`).join(' || '),
    'max_retries(t)': tasks.reduce((others, task, place) => `(t == ${place} -> ${maxRetriesOf(task)} : ${others})`, '0'),
    'continues(t)': among(({ continueOnFailure }) => continueOnFailure === true),
    'may_return(t)': endsBy('returns'),
    'may_throw(t)': endsBy('throws'),
    'may_return_garbage(t)': endsBy('garbage'),
    'may_time_out(t)': among((task) => task.timeout !== undefined),
    // The default backoff is random, and may be 0. The default policy retries every timeout.
    'retries_at_once(t)': among((task) => !(Number(backoffOf(task)) > 0)),
    'backs_off(t)': among((task) => backoffOf(task) !== 0),
    'gives_up_error(t)': among((task) => asksFunction(task) || retryIfOf(task) === 'default'),
    'gives_up_timeout(t)': among(asksFunction),
  };
  const lines = Object.entries(macros).map(([name, text]) => `#define ${name} (${text})`);
  return [...lines, JOB].join('\n');
}

/** Of tasks that become ready together, those with the most direct dependents start first. */
function inOrderOfStart(tasks: readonly TaskDefinition[]): TaskDefinition[] {
  const dependentsOf = ({ name }: TaskDefinition) => tasks.filter((task) => dependenciesOf(task).includes(name)).length;
  return [...tasks].sort((one, other) => dependentsOf(other) - dependentsOf(one));
}

/** The model knows only dependencies that must complete. */
const dependenciesOf = ({ dependencies = [] }: TaskDefinition): string[] => [...dependencies].map(String);

function outcomesOf(name: string, { outcomes = ['returns', 'throws', 'garbage'] }: ModeledOptions): readonly string[] {
  return Array.isArray(outcomes) ? outcomes : ((outcomes as Record<string, readonly string[]>)[name] ?? []);
}
