import type { TaskDefinition } from '../task-definition.ts';

/** Names from other libraries, and the option that does the same here. */
interface Meant {
  readonly retries: 'maxRetries';
  readonly retry: 'maxRetries';
  readonly attempts: 'maxRetries';
  readonly maxAttempts: 'maxRetries';
  readonly dependsOn: 'dependencies';
  readonly deps: 'dependencies';
  readonly depends: 'dependencies';
  readonly dependency: 'dependencies';
  readonly needs: 'dependencies';
  readonly requires: 'dependencies';
  readonly after: 'dependencies';
  readonly id: 'name';
  readonly key: 'name';
  readonly fn: 'run';
  readonly execute: 'run';
  readonly handler: 'run';
  readonly delay: 'backoff';
  readonly retryDelay: 'backoff';
  readonly optional: 'continueOnFailure';
  readonly allowFailure: 'continueOnFailure';
  readonly timeoutMs: 'timeout';
}

/** What the compiler shows for an option that doesn't exist; `unknown` for one that does. */
export type OptionHint<Key extends PropertyKey> = Key extends keyof TaskDefinition
  ? unknown
  : Key extends keyof Meant
    ? `There is no option \`${Key}\`. Did you mean \`${Meant[Key]}\`?`
    : Key extends string
      ? `There is no option \`${Key}\`. The options are ${OptionNames}`
      : never;

type OptionNames = 'name, run, dependencies, when, timeout, maxRetries, backoff, retryIf, continueOnFailure, finally, undo';
