import { quote } from '../../../values/describe-value.ts';
import { TintypeError } from '../../../values/tintype-error.ts';

/**
 * The module of a task could not be loaded or does not export the function; `cause` is the error from loading it, if there was
 * one.
 */
export class WorkerModuleError extends TintypeError {
  readonly code = 'WORKER_MODULE';
  readonly task: string;
  /** The URL of the module. */
  readonly module: string;
  /** The name of the export. */
  readonly export: string;

  constructor(task: string, module: string, exportName: string, why: string, options?: ErrorOptions) {
    const message = `Task ${quote(task)} can't call the export ${quote(exportName)} of ${module}: ${why}`;
    super('WorkerModuleError', message, options);
    this.task = task;
    this.module = module;
    this.export = exportName;
  }
}
