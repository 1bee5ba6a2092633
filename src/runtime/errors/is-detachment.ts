import { isInstance } from '../../values/is-instance.ts';
import { ExecutorClosedError } from './executor-closed-error.ts';

/** By name, since a signal in a thread aborts with a copy. */
const DETACHMENTS: ReadonlySet<unknown> = new Set(['JobSuspendedError', 'JobStoreError', 'WorkflowChangedError']);

/** Whether a signal aborts because its job has left this process, and goes on elsewhere or later. */
export const isDetachment = (reason: unknown): boolean =>
  isInstance(reason, ExecutorClosedError) || (isInstance(reason, Error) && DETACHMENTS.has(reason.name));
