import { deferred } from '../runtime/deferred.ts';
import type { Job } from '../runtime/job.ts';
import { run } from '../runtime/run.ts';
import { describeValue } from '../values/describe-value.ts';
import type { Command } from './commander.ts';
import { describeEnd } from './describe-end.ts';
import { inspectorPackage } from './inspector-package.ts';
import { drainedWithin, endEarly, exitCodeOf } from './job-end.ts';
import { addJobFlags, type JobFlags, jobOptions } from './job-flags.ts';
import { loadWorkflow } from './load-workflow.ts';
import { addNumberFlag } from './number-flag.ts';
import { print } from './print.ts';
import { UsageError } from './usage-error.ts';

interface InspectFlags extends JobFlags {
  readonly port: number;
  readonly open?: boolean;
  readonly allowControl?: boolean;
}

const HELP = `
FILE and the flags of the job are those of \`tintype run\`. The page is served on
this machine only, at the URL that is printed; anyone who has the URL can see
everything. Ctrl-C cancels the job. The page stays up after the job has ended,
until you press Ctrl-C (again); press it once more to exit without waiting for
functions.

Needs tintype-inspector: npm install --save-dev tintype-inspector

Exit codes: those of \`tintype run\`.

Examples:
  tintype inspect order.ts --open
  tintype inspect order.ts --port 4000 --allow-control`;

/** Adds `tintype inspect`. */
export function addInspectCommand(program: Command): void {
  const command = addJobFlags(program.command('inspect <file>').description('run a workflow and show it in the browser'));
  addNumberFlag(command, '--port <n>', 'the port of the page (0: any free one)', { min: 0, max: 65_535, default: 0 })
    .option('--open', 'open the page in the browser')
    .option('--allow-control', 'let the page cancel the job')
    .addHelpText('after', HELP)
    .action(inspect);
}

async function inspect(file: string, flags: InspectFlags): Promise<void> {
  const { inspectJobs } = await inspectorPackage();
  const loaded = await loadWorkflow(file);
  const options = await jobOptions(loaded, flags);
  const { port, open, allowControl } = flags;
  const inspector = await inspectJobs({ port, open, allowControl }).catch((error) => {
    throw new UsageError(`The page can't be served: ${describeValue(error)}`);
  });
  const job = run(loaded.tasks as Parameters<typeof run>[0], options) as Job;
  // Beside an inspector of the file.
  job.actor.system.inspect(inspector.inspect);
  const left = deferred<void>();
  let hasEnded = false;
  let isLeaving = false;
  const { exitCode } = endEarly([job], {
    onLater: (code) => {
      if (isLeaving || !hasEnded) {
        process.exit(code);
      }
      isLeaving = true;
      left.resolve();
    },
  });
  console.log(inspector.url);
  const result = await job;
  hasEnded = true;
  print(result.state === 'completed' ? 'The job completed' : describeEnd(result));
  console.log('The page stays up until you press Ctrl-C');
  await left.promise;
  process.exitCode = exitCode() ?? exitCodeOf(result);
  await inspector.stop();
  await drainedWithin(flags.grace, job);
}
