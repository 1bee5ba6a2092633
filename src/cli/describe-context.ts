import { inspect } from 'node:util';
import { describeValue } from '../values/describe-value.ts';

/** How much of a context is shown. */
const LINES = 40;
const WIDTH = 200;
const LIMITS = { depth: 4, maxArrayLength: 20, maxStringLength: 500, breakLength: 100 } as const;

/** The context of a completed job as readable text, truncated if it is large; empty if it has no keys. */
export function describeContext(context: object): string {
  if (Object.keys(context).length === 0) {
    return '';
  }
  const lines = inspectKeys(context).split('\n');
  const shown = lines
    .slice(0, LINES)
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH).replace(/[\ud800-\udbff]$/, '')}…` : line));
  const more = lines.length - LINES;
  return [...shown, ...(more > 0 ? [`… ${more} more lines; --json prints everything`] : [])].join('\n');
}

const UNSHOWN = { [inspect.custom]: () => "[can't be shown]" };

/** An object as text. Values that throw when they are inspected have a placeholder. */
function inspectKeys(context: object): string {
  try {
    return inspect(context, LIMITS);
  } catch {
    const entries = Object.entries(context).map(([key, value]) => [key, canBeInspected(value) ? value : UNSHOWN]);
    return inspect(Object.fromEntries(entries), LIMITS);
  }
}

function canBeInspected(value: unknown): boolean {
  try {
    inspect(value, LIMITS);
    return true;
  } catch {
    return false;
  }
}

/** An error as text, in a few words if it throws when it is inspected. */
export function describeThrown(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return describeValue(error);
  }
}
