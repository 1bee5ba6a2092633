import { onOneLine } from '../workflow/describe-value.ts';
import { type Command, Option } from './commander.ts';
import { SIGNALS } from './exit-codes.ts';
import { loadWorkflow } from './load-workflow.ts';
import { addNumberFlag, COUNT, MILLISECONDS } from './number-flag.ts';
import { bullmqSubpath, printProblem } from './open-store.ts';
import { print } from './print.ts';
import { addQueueFlag, checkPlace, type QueueFlags, sharedWorkflow } from './queue-flags.ts';

interface WorkerFlags extends QueueFlags {
  readonly redis: string;
  readonly concurrency: number;
  readonly grace: number;
}

const HELP = `
FILE is a module whose default or only export is a workflow. The worker
runs attempts that \`tintype run FILE --redis URL\`, or a program with
\`bullmqExecutor\`, put into the queue. It leaves attempts of other workflows and
versions to other workers.

After the first Ctrl-C or SIGTERM it takes no more attempts, waits up to --grace
for those that are running, and hands the rest back to the queue. A second one
exits at once.

Needs bullmq and ioredis: npm install bullmq ioredis

Exit codes: 0 a signal closed the worker, 2 wrong usage, 70 the command itself
failed, 130 a second Ctrl-C, 143 a second SIGTERM.

Examples:
  tintype worker order.ts --redis redis://127.0.0.1 --concurrency 10
  REDIS_URL=rediss://user:password@host tintype worker order.ts --queue nightly`;

/** Adds `tintype worker`. */
export function addWorkerCommand(program: Command): void {
  const command = program.command('worker <file>').description('run attempts for jobs of other processes');
  addQueueFlag(
    command.addOption(
      new Option('--redis <url>', 'the Redis server that has the queue').env('REDIS_URL').makeOptionMandatory(),
    ),
  );
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

async function work(file: string, { redis, queue: named, concurrency, grace }: WorkerFlags): Promise<void> {
  checkPlace({ redis, queue: named });
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
  print(`Running attempts of ${onOneLine(workflow.name)} from queue ${onOneLine(queue)}; press Ctrl-C to stop`);
  await worker.closed;
}
