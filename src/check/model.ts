import type { AnyStateMachine } from 'xstate';
import type { TaskGraph } from '../workflow/task-graph.ts';
import type { Outcome } from './choice.ts';

/** A job as it is checked. */
export interface JobModel {
  readonly graph: TaskGraph;
  readonly maxConcurrency: number;
  /** For tasks that say nothing else. */
  readonly maxRetries: number;
  /** In milliseconds. */
  readonly timeout: number | undefined;
  /** How the attempts of each task may end, in the order of definition. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** Where a cancel may come. */
  readonly cancel: 'anywhere' | 'between-steps' | false;
  /** When a timer may go off: at any time, or only while each attempt that runs may never end. */
  readonly timers: 'anytime' | 'idle';
  readonly machines: { readonly job: AnyStateMachine; readonly task: AnyStateMachine };
}
