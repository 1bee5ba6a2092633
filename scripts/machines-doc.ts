/** Writes docs/machines.md, with a diagram of each machine: `npm run docs`. */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { machineToMermaid } from 'tintype/diagrams';
import { jobMachine, taskMachine } from 'tintype/machines';

export const MACHINES_DOC = 'docs/machines.md';

/** The text of the document. */
export const machinesDoc = (): string => `# The machines

Generated from the machines by \`npm run docs\`, with \`machineToMermaid\` from \`tintype/diagrams\`. Events listed inside a state are handled
without leaving it; guards are in brackets. For the events a job emits, see [events.md](events.md).

## The job

\`\`\`mermaid
${machineToMermaid(jobMachine)}
\`\`\`

## A task

\`\`\`mermaid
${machineToMermaid(taskMachine)}
\`\`\`
`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(MACHINES_DOC, machinesDoc());
}
