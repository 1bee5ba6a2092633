/** Programs with workflows of many tasks, for the type checker. */

const head = `import { workflow } from '../../../src/workflow/workflow.ts';
import type { TaskNames, WorkflowContext } from '../../../src/workflow/types/workflow-context.ts';
`;

/** Every task depends on the one before and gives a key of its own; the last reads the key of the first. */
export function chain(length: number): string {
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
export function fanIn(width: number): string {
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
