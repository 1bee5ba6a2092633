export { machineToMermaid } from './machine-to-mermaid.ts';
export type { Drawable, DrawnJob } from './task-drawing.ts';
export { toDot } from './to-dot.ts';
export { toMermaid } from './to-mermaid.ts';
