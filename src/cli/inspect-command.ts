import type { Command } from 'commander';
import { deferred } from '../runtime/deferred.ts';
import type { Job } from '../runtime/job.ts';
import { run } from '../runtime/run.ts';
import { describeValue } from '../workflow/describe-value.ts';
import { inspectorPackage } from './inspector-package.ts';
import { cancelBySignals, describeEnd, drainedWithin, EXIT_CODES } from './job-end.ts';
import { addJobFlags, type JobFlags, jobOptions } from './job-flags.ts';
import { loadWorkflow } from './load-workflow.ts';
import { integer } from './model-flags.ts';
import { UsageError } from './usage-error.ts';

interface InspectFlags extends JobFlags {
  readonly port: number;
  readonly open?: boolean;
  readonly allowControl?: boolean;
}

const HELP = `
FILE and the flags of the job are as for \`tintype run\`. The address of the page is printed; it is of this machine alone, and who knows it
sees everything. Ctrl-C cancels the job. When the job has ended the page stays, until Ctrl-C is pressed (again);
one more does not wait for functions.

The page is made by tintype-inspector: npm install --save-dev tintype-inspector

Exit codes: those of \`tintype run\`.

Examples:
  tintype inspect workflow.ts --open
  tintype inspect workflow.ts --port 4000 --allow-control`;

/** Adds `tintype inspect`. */
export function addInspectCommand(program: Command): void {
  addJobFlags(program.command('inspect <file>').description('run a workflow once, and show it on a page'))
    .option('--port <n>', 'the port of this machine at which the page is (0 is any that is free)', integer, 0)
    .option('--open', 'show the page in the browser')
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
    throw new UsageError(`The page can't be shown: ${describeValue(error)}`);
  });
  const job = run(loaded.tasks as Parameters<typeof run>[0], options) as Job;
  // Beside an inspector of the file.
  job.actor.system.inspect(inspector.inspect);
  const left = deferred<void>();
  let isLeaving = false;
  const { exitCode } = cancelBySignals(job, (code) => {
    if (isLeaving) {
      process.exit(code);
    }
    isLeaving = true;
    left.resolve();
  });
  console.log(inspector.url);
  const result = await job;
  console.log(result.state === 'completed' ? 'The job completed' : describeEnd(result));
  console.log('The page stays until Ctrl-C is pressed');
  await left.promise;
  process.exitCode = exitCode() ?? EXIT_CODES[result.state];
  await inspector.stop();
  await drainedWithin(flags.grace, job);
}
