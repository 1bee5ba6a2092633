import { type Command, Option } from 'commander';
import { onOneLine } from '../workflow/describe-value.ts';
import { SIGNALS } from './exit-codes.ts';
import { loadWorkflow } from './load-workflow.ts';
import { integer, milliseconds } from './model-flags.ts';
import { bullmqSubpath, printProblem } from './open-store.ts';
import { addQueueFlag, type QueueFlags, sharedWorkflow } from './queue-flags.ts';

interface WorkerFlags extends QueueFlags {
  readonly redis: string;
  readonly concurrency: number;
  readonly grace: number;
}

const HELP = `
FILE is a module whose default export, or only one, is a workflow. Its attempts come from \`tintype run FILE --redis URL\`, or from a program with
\`bullmqExecutor\`; attempts of other workflows and versions in the same queue are left to other workers.

The first Ctrl-C, or SIGTERM, takes no more attempts, waits for those that run, for --grace at most, and gives the rest to other workers. The
second does not wait.

Redis is used by bullmq, ioredis and devalue: npm install bullmq ioredis devalue

Exit codes: 0 the worker was closed by a signal, 2 the command was used wrongly, 70 the command itself failed, 130 a second Ctrl-C ended it, 143 a
second SIGTERM.

Examples:
  tintype worker workflow.ts --redis redis://127.0.0.1 --concurrency 10
  REDIS_URL=rediss://user:password@host tintype worker workflow.ts --queue nightly`;

/** Adds `tintype worker`. */
export function addWorkerCommand(program: Command): void {
  const command = program.command('worker <file>').description('run attempts that other processes ask for');
  addQueueFlag(
    command.addOption(new Option('--redis <url>', 'the Redis that has the queue').env('REDIS_URL').makeOptionMandatory()),
  )
    .option('--concurrency <n>', 'how many attempts run at the same time here', integer, 1)
    .option('--grace <ms>', 'how long functions have to return that are not wanted any more', milliseconds, 5000)
    .addHelpText('after', HELP)
    .action(work);
}

async function work(file: string, { redis, queue: named, concurrency, grace }: WorkerFlags): Promise<void> {
  const { startWorker } = await bullmqSubpath();
  const workflow = sharedWorkflow((await loadWorkflow(file)).tasks);
  const queue = named ?? workflow.name;
  const worker = startWorker(workflow, { connection: redis, queue, concurrency, grace, onError: printProblem });
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
  console.log(`Attempts of ${onOneLine(workflow.name)} are taken from queue ${onOneLine(queue)}, until Ctrl-C is pressed`);
  await worker.closed;
}
