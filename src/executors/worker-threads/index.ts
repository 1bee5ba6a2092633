export { NoWorkerThreadsError } from './errors/no-worker-threads-error.ts';
export { NotCloneableError } from './errors/not-cloneable-error.ts';
export { WorkerCrashedError } from './errors/worker-crashed-error.ts';
export { WorkerModuleError } from './errors/worker-module-error.ts';
export { WorkerThreadsClosedError } from './errors/worker-threads-closed-error.ts';
export { type InThreadOptions, inThread, type ThreadFunction, type ThreadInput } from './in-thread.ts';
export { type WorkerThreads, type WorkerThreadsOptions, workerThreads } from './worker-threads.ts';
