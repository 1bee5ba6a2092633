import type { Row } from './compare.ts';
import type { Contest, Costs } from './measure-contest.ts';
import type { RunnerName } from './runners.ts';

type Cell = (row: Row, byHand: Row | undefined) => string;

/** A table for Markdown: a line for each shape and size, a column for each library. */
function table(rows: readonly Row[], work: Contest['work'], cell: Cell): string {
  const shown = rows.filter((row) => row.work === work);
  const runners = [...new Set(shown.map(({ runner }) => runner))];
  const keys = new Map(shown.map(({ shape, tasks }) => [`${shape} ${tasks}`, { shape, tasks }]));
  const lines = [...keys.values()].map(({ shape, tasks }) => {
    const find = (runner: RunnerName) =>
      shown.find((row) => row.shape === shape && row.tasks === tasks && row.runner === runner);
    const cells = runners.map((runner) => {
      const row = find(runner);
      return row === undefined ? '–' : cell(row, find('by hand'));
    });
    return [shape, tasks.toLocaleString('en'), ...cells];
  });
  const rule = ['---', ...Array.from({ length: runners.length + 1 }, () => '--:')];
  return [['shape', 'tasks', ...runners], rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

const digits = (value: number): string => Number(value.toPrecision(value < 1 ? 1 : 2)).toLocaleString('en');

const costTable = (rows: readonly Row[], key: keyof Costs, unit: number): string =>
  table(rows, 'nothing', (row) => digits(row[key] / unit));

/** What a task that does nothing costs: processor time in microseconds. */
export const cpuTable = (rows: readonly Row[]): string => costTable(rows, 'cpuMicrosPerTask', 1);

/** What a task that does nothing costs: memory in kilobytes. */
export const heapTable = (rows: readonly Row[]): string => costTable(rows, 'heapBytesPerTask', 1000);

/** How long tasks of 1 ms take, as a multiple of what the promise graph by hand takes. */
export const timerTable = (rows: readonly Row[]): string =>
  table(rows, 'timer', (row, byHand) =>
    byHand === undefined ? '–' : (row.wallMicrosPerTask / byHand.wallMicrosPerTask).toFixed(2),
  );
