/** Draws the machines: `npm run docs` writes docs/machines.md. */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { machineToMermaid } from 'tintype/diagrams';
import { jobMachine, taskMachine } from 'tintype/machines';

export const MACHINES_DOC = 'docs/machines.md';

/** The text of the document. */
export const machinesDoc = (): string => `# The machines

Made from the machines by \`npm run docs\`, with \`machineToMermaid\` of \`tintype/diagrams\`. What stands in a state is taken without leaving it;
in brackets are guards. What each event of a transition tells is in [events.md](events.md).

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
