import { inspect } from 'node:util';

/** How much of a context is shown. */
const LINES = 40;
const WIDTH = 200;

/** The context of a completed job as readable text, truncated if it is large; empty if it has no keys. */
export function describeContext(context: object): string {
  if (Object.keys(context).length === 0) {
    return '';
  }
  const text = inspect(context, { depth: 4, maxArrayLength: 20, maxStringLength: 500, breakLength: 100 });
  const lines = text.split('\n');
  const shown = lines
    .slice(0, LINES)
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH).replace(/[\ud800-\udbff]$/, '')}…` : line));
  const more = lines.length - LINES;
  return [...shown, ...(more > 0 ? [`… ${more} more lines; --json prints everything`] : [])].join('\n');
}
