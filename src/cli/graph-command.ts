import { toDot } from '../observe/to-dot.ts';
import { toMermaid } from '../observe/to-mermaid.ts';
import { type Command, Option } from './commander.ts';
import { loadWorkflow } from './load-workflow.ts';
import { UsageError } from './usage-error.ts';
import { writeOutput } from './write-output.ts';

interface GraphFlags {
  readonly format: 'mermaid' | 'dot' | 'svg';
  readonly output?: string;
}

const HELP = `
FILE is a module as for \`tintype run\`. Tasks with \`continueOnFailure\` have a
dashed border. A dashed arrow means \`settled\`, a diamond \`anyOf\`. Conditions are on
the arrow or the task. Finally tasks are in a box; \`has undo\` marks tasks that can be
undone. SVG needs @viz-js/viz: npm install --save-dev @viz-js/viz

Exit codes: 0 the graph was drawn, 2 wrong usage, 70 the command itself failed.

Examples:
  tintype graph order.ts
  tintype graph order.ts --format svg --output order.svg`;

/** Adds `tintype graph`. */
export function addGraphCommand(program: Command): void {
  program
    .command('graph <file>')
    .description('draw the tasks of a workflow and their dependencies')
    .addOption(new Option('--format <format>', 'what to draw').choices(['mermaid', 'dot', 'svg']).default('mermaid'))
    .option('--output <file>', 'write to a file instead of stdout')
    .addHelpText('after', HELP)
    .action(graph);
}

async function graph(file: string, { format, output }: GraphFlags): Promise<void> {
  const { tasks } = await loadWorkflow(file);
  await writeOutput(await draw(format, tasks), output);
}

async function draw(format: GraphFlags['format'], tasks: Parameters<typeof toDot>[0]): Promise<string> {
  switch (format) {
    case 'mermaid':
      return toMermaid(tasks);
    case 'dot':
      return toDot(tasks);
    case 'svg':
      return toSvg(toDot(tasks));
  }
}

async function toSvg(dot: string): Promise<string> {
  const { instance } = await import('@viz-js/viz').catch(() => {
    throw new UsageError('SVG needs @viz-js/viz: npm install --save-dev @viz-js/viz');
  });
  return (await instance()).renderString(dot, { format: 'svg' }).trimEnd();
}
