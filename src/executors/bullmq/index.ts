// First, so that the error of a missing peer names it: it brings ioredis along.
import 'bullmq';

export type { RedisPlace } from '../../stores/redis/redis-clients.ts';
export { type RedisStore, type RedisStoreOptions, redisStore } from '../../stores/redis/redis-store.ts';
export { type BullmqExecutor, type BullmqExecutorOptions, bullmqExecutor } from './bullmq-executor.ts';
export { AttemptLostError } from './errors/attempt-lost-error.ts';
export { BullmqClosedError } from './errors/bullmq-closed-error.ts';
export { QueueFailedError } from './errors/queue-failed-error.ts';
export { RemoteAttemptError } from './errors/remote-attempt-error.ts';
export { WorkerDiedError } from './errors/worker-died-error.ts';
export { type AttemptsWorker, startWorker, type WorkerOptions } from './start-worker.ts';
