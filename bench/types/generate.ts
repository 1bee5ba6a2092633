/** Measures how long `tsc` needs for workflows of many tasks: `npx tsx bench/types/generate.ts [number of tasks]...` */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'node_modules', '.cache', 'tintype-types-bench');

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [150, 300];

const head = `import { workflow } from '../../../src/workflow/workflow.ts';
import type { TaskNames, WorkflowContext } from '../../../src/workflow/workflow-context.ts';
`;

/** Every task depends on the one before and gives a key of its own; the last reads the key of the first. */
function chain(length: number): string {
  const tasks = [`  .task({ name: 't0', run: ({ seed }) => ({ k0: seed }) })`];
  for (let index = 1; index < length; index++) {
    const read = index === length - 1 ? 'k0' : `k${index - 1}`;
    tasks.push(
      `  .task({ name: 't${index}', dependencies: ['t${index - 1}'], run: ({ ${read}: value }) => ({ k${index}: value + 1 }) })`,
    );
  }
  return program(tasks, `k${length - 1}`);
}

/** Independent tasks, and one more that depends on them all and reads all their keys. */
function fanIn(width: number): string {
  const indexes = Array.from({ length: width }, (_, index) => index);
  const tasks = indexes.map((index) => `  .task({ name: 't${index}', run: ({ seed }) => ({ k${index}: seed }) })`);
  const names = indexes.map((index) => `'t${index}'`).join(', ');
  const sum = indexes.map((index) => `context.k${index}`).join(' + ');
  tasks.push(`  .task({ name: 'end', dependencies: [${names}], run: (context) => ({ end: ${sum} }) })`);
  return program(tasks, 'end');
}

function program(tasks: readonly string[], lastKey: string): string {
  return `${head}
export const tasks = workflow<{ seed: number }>('bench')
${tasks.join('\n')};
export const last: number = (null as unknown as WorkflowContext<typeof tasks>).${lastKey};
export const name: TaskNames<typeof tasks> = 't0';
`;
}

interface Measured {
  readonly program: string;
  /** For all of tsc, most of it the start and the library files: compare with the baseline. */
  readonly seconds: number;
  readonly checking: string;
  readonly memory: string;
}

/** Compiles the program with tsc; throws when it does not compile within two minutes. */
function measure(name: string, text: string): Measured {
  const file = join(folder, `${name.replaceAll(' ', '-')}.ts`);
  writeFileSync(file, text);
  const config = `${file}.tsconfig.json`;
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: { paths: {} }, include: [file], files: [file] }),
  );
  const started = performance.now();
  const output = execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', config, '--extendedDiagnostics'], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  const figure = (label: string) => new RegExp(`${label}:\\s+(\\S+)`).exec(output)?.[1] ?? '?';
  return { program: name, seconds, checking: figure('Check time'), memory: figure('Memory used') };
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  const rows = [measure('baseline of 1 task', chain(1))];
  for (const size of sizes) {
    rows.push(measure(`chain of ${size}`, chain(size)), measure(`fan-in of ${size}`, fanIn(size)));
  }
  console.table(rows);
} catch (error) {
  // tsc prints what is wrong with the program to its standard output.
  console.error((error as { stdout?: string }).stdout ?? error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
