import { TintypeError } from '../../workflow/tintype-error.ts';

/**
 * The base class of the errors of attempts whose executor was closed. They say nothing about the task, so a job with a store doesn't save
 * them, but leaves this process.
 */
export abstract class ExecutorClosedError extends TintypeError {}
