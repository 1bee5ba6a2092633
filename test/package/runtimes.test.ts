import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cachedPackage } from '../../scripts/cached-package.ts';
import { Project } from './project.ts';

/** The packages `bun` and `deno` pick one of these in an install script, which npm may be told to block; these have the binary in them. */
const RUNTIMES = {
  Bun: { package: '@oven/bun-linux-x64', version: '1.4.5', binary: 'bin/bun', args: [] },
  Deno: { package: '@deno/linux-x64-glibc', version: '2.9.6', binary: 'deno', args: ['run', '--allow-all', '--no-remote'] },
} as const;

let project: Project;

test.before('a project installs the packed package and libsql, and has the examples', async () => {
  project = await Project.make(['tintype'], 'libsql');
  await project.copy('examples');
});

test.after.always('the project is removed', () => project?.remove());

// The binaries above are for Linux, where CI runs.
const runtimeTest = process.platform === 'linux' && process.arch === 'x64' ? test : test.skip;

for (const [name, { package: packageName, version, binary, args }] of Object.entries(RUNTIMES)) {
  const inRuntime = (t: ExecutionContext, example: string) => {
    const program = join(cachedPackage(packageName, version), binary);
    return runExample(t, program, [...args, `examples/${example}.ts`]);
  };

  runtimeTest(`${name} runs the smoothie`, async (t) => {
    const output = await inRuntime(t, 'smoothie');
    t.regex(output, /^JOB > idle -> running\n(.*\n)+JOB > running -> completed\n/);
    t.regex(output, /smoothie: ["']sugar \+ /);
  });

  runtimeTest(`${name} continues a durable job whose process was killed`, async (t) => {
    const lines = (await inRuntime(t, 'durable')).trimEnd().split('\n');
    t.is(lines.filter((line) => line.startsWith('reserve ')).length, 1, 'a completed task is not called again');
    t.is(lines.filter((line) => line.startsWith('pack ')).length, 2, 'an interrupted one is');
    t.regex(lines.at(-1) ?? '', /completed/);
  });

  runtimeTest(`${name} runs tasks in threads, and ends one that ignores its timeout`, async (t) => {
    const output = await inRuntime(t, 'cpu');
    t.regex(output, /9592 primes/);
    t.regex(output, /goldbach: TaskTimedOutError/);
    t.regex(output, /The endless loop has ended\n$/);
  });
}

async function runExample(t: ExecutionContext, program: string, args: readonly string[]): Promise<string> {
  const { code, output, errors } = await project.run(program, args, { NO_COLOR: '1', FORCE_COLOR: undefined });
  t.is(code, 0, errors);
  return output;
}
