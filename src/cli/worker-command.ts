import { isForbidden } from '../stores/redis/is-transient.ts';
import { onOneLine } from '../values/describe-value.ts';
import type { Command } from './commander.ts';
import { CANNOT_GO_ON, SIGNALS } from './exit-codes.ts';
import { loadWorkflow } from './load-workflow.ts';
import { addNumberFlag, COUNT, MILLISECONDS } from './number-flag.ts';
import { bullmqSubpath, printProblem } from './open-store.ts';
import { print } from './print.ts';
import { addQueueFlag, checkPlace, type QueueFlags, redisOption, sharedWorkflow } from './queue-flags.ts';
import { UsageError } from './usage-error.ts';

interface WorkerFlags extends QueueFlags {
  readonly concurrency: number;
  readonly grace: number;
}

const HELP = `
FILE is a module whose default or only export is a workflow. The worker
runs attempts that \`tintype run FILE --redis URL\`, or a program with
\`bullmqExecutor\`, put into the queue. Each workflow, and each version of it, has
its own BullMQ queue: --queue and the fingerprint of the workflow.

Keep a password off the command line: put the URL into the environment variable
TINTYPE_REDIS, or into a file named by TINTYPE_REDIS_FILE. REDIS_URL works too.

After the first Ctrl-C or SIGTERM it takes no more attempts, waits up to --grace
for those that are running, and hands the rest back to the queue. A second one
exits at once.

Needs bullmq and ioredis: npm install bullmq ioredis

Exit codes: 0 a signal closed the worker, 2 wrong usage, 6 Redis refused the
password or a command, 70 the command itself failed, 130 a second Ctrl-C, 143 a
second SIGTERM.

Examples:
  tintype worker order.ts --redis redis://127.0.0.1 --concurrency 10
  TINTYPE_REDIS_FILE=/run/secrets/redis tintype worker order.ts --queue nightly`;

/** Adds `tintype worker`. */
export function addWorkerCommand(program: Command): void {
  const command = program.command('worker <file>').description('run attempts for jobs of other processes');
  addQueueFlag(command.addOption(redisOption('the Redis server that has the queue')));
  addNumberFlag(command, '--concurrency <n>', 'how many attempts run here at the same time', {
    ...COUNT,
    infinity: false,
    default: 1,
  });
  const grace = 'how long to wait for running functions when the worker closes';
  addNumberFlag(command, '--grace <ms>', grace, { ...MILLISECONDS, default: 5000 })
    .addHelpText('after', HELP)
    .action(work);
}

async function work(file: string, flags: WorkerFlags): Promise<void> {
  const { queue: named, concurrency, grace } = flags;
  const redis = flags.redis ?? process.env.REDIS_URL;
  if (redis === undefined) {
    throw new UsageError('Pass the Redis server with --redis URL or the environment variable TINTYPE_REDIS');
  }
  checkPlace({ redis, queue: named });
  const { startWorker } = await bullmqSubpath();
  const workflow = sharedWorkflow((await loadWorkflow(file)).tasks);
  const queue = named ?? workflow.name;
  const onError = (error: Error) => {
    printProblem(error);
    if (isForbidden(error)) {
      process.exitCode = CANNOT_GO_ON;
      void worker.close();
    }
  };
  const worker = startWorker(workflow, { connection: redis, queue, concurrency, grace, onError });
  let isLeaving = false;
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (isLeaving) {
        process.exit(exitCode);
      }
      isLeaving = true;
      void worker.close();
    });
  }
  print(`Running attempts of ${onOneLine(workflow.name)} from queue ${onOneLine(worker.queue)}; press Ctrl-C to stop`);
  await worker.closed;
}
