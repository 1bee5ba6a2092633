import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { parse } from 'csv-parse/sync';
import { run, workflow } from 'tintype';

interface Inputs {
  readonly folder: string;
  readonly reportFile: string;
  /** Where to post the metrics. */
  readonly metricsUrl: string | undefined;
}

type Cells = Readonly<Record<string, string>>;
type Order = ReturnType<typeof toOrder>;

interface Parsed {
  readonly record: Cells;
  readonly info: { readonly lines: number; readonly columns: readonly unknown[] };
}

interface Rejected {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** Reads a CSV file. Rows for which `convert` throws are rejected with its message; the others remain usable. */
async function readRows<Row>(file: string, signal: AbortSignal, convert: (cells: Cells, line: number) => Row) {
  const text = await readFile(file, { encoding: 'utf8', signal });
  const rows: Row[] = [];
  const rejected: Rejected[] = [];
  const options = { columns: true, info: true, relax_column_count: true } as const;
  for (const { record, info } of parse<Parsed>(text, options)) {
    try {
      const [found, wanted] = [Object.keys(record).length, info.columns.length];
      check(found === wanted, `it has ${found} columns instead of ${wanted}`);
      rows.push(convert(record, info.lines));
    } catch (error) {
      rejected.push({ file: basename(file), line: info.lines, reason: (error as Error).message });
    }
  }
  return { rows, rejected };
}

function check(condition: boolean, reason: string): asserts condition {
  if (!condition) {
    throw new Error(reason);
  }
}

function toOrder({ order, customer, date, quantity, price, currency }: Cells, line: number) {
  const day = new Date(`${date}T00:00Z`);
  // `Date` turns February 30 into March 2, so the date must also survive a round trip.
  check(!Number.isNaN(day.valueOf()) && day.toISOString().startsWith(`${date}T`), `\`${date}\` is not a date`);
  check(/^[1-9]\d*$/.test(quantity ?? ''), `the quantity \`${quantity}\` is not a positive integer`);
  check(/^\d+\.\d\d$/.test(price ?? ''), `the price \`${price}\` is not in the form 12.50`);
  return { order, customer, month: day.toISOString().slice(0, 7), amount: Number(quantity) * Number(price), currency, line };
}

function sumBy<Row extends { readonly euros: number }>(rows: readonly Row[], key: (row: Row) => string) {
  const sums = new Map<string, number>();
  for (const row of rows) {
    sums.set(key(row), (sums.get(key(row)) ?? 0) + row.euros);
  }
  return Object.fromEntries([...sums].sort().map(([name, sum]) => [name, Number(sum.toFixed(2))]));
}

const etl = workflow('etl')
  .context<Inputs>()
  .task({
    name: 'readCustomers',
    run: async ({ folder }, { signal }) => {
      const { rows, rejected } = await readRows(`${folder}/customers.csv`, signal, ({ customer, name, country }) => {
        check(name !== '', 'the name is missing');
        return [customer, country] as const;
      });
      return { countryOf: new Map(rows), rejectedCustomers: rejected };
    },
  })
  .task({
    name: 'readOrders',
    run: async ({ folder }, { signal }) => {
      const { rows, rejected } = await readRows(`${folder}/orders.csv`, signal, toOrder);
      return { orders: rows, unreadableOrders: rejected };
    },
  })
  .task({
    name: 'readRates',
    // Fails twice on purpose to show retries, after 20 and 40 ms.
    maxRetries: 3,
    backoff: { initial: 20, factor: 2 },
    run: async ({ folder }, { signal, attempt }) => {
      check(attempt > 2, 'the rates are being updated, try again later');
      const toRate = ({ currency, euros }: Cells) => [currency, Number(euros)] as const;
      const { rows } = await readRows(`${folder}/rates.csv`, signal, toRate);
      return { rates: new Map(rows) };
    },
  })
  .task({
    name: 'join',
    dependencies: ['readCustomers', 'readOrders', 'readRates'],
    run: ({ orders, countryOf, rates }) => {
      const join = ({ customer, currency, month, amount }: Order) => {
        const [country, rate] = [countryOf.get(customer), rates.get(currency)];
        check(country !== undefined, `the customer \`${customer}\` is unknown`);
        check(rate !== undefined, `there is no rate for the currency \`${currency}\``);
        return { country, month, euros: amount * rate };
      };
      const sales: ReturnType<typeof join>[] = [];
      const unmatchedOrders: Rejected[] = [];
      for (const order of orders) {
        try {
          sales.push(join(order));
        } catch (error) {
          unmatchedOrders.push({ file: 'orders.csv', line: order.line, reason: (error as Error).message });
        }
      }
      return { sales, unmatchedOrders };
    },
  })
  .task({
    name: 'aggregate',
    dependencies: ['join'],
    // `join` depends on the tasks that read the files, so their results are available here too.
    run: ({ sales, unmatchedOrders, unreadableOrders, rejectedCustomers }) => ({
      total: Number(sales.reduce((sum, { euros }) => sum + euros, 0).toFixed(2)),
      byCountry: sumBy(sales, ({ country }) => country),
      byMonth: sumBy(sales, ({ month }) => month),
      rejected: [...rejectedCustomers, ...[...unreadableOrders, ...unmatchedOrders].sort((a, b) => a.line - b.line)],
    }),
  })
  .task({
    name: 'writeReport',
    dependencies: ['aggregate'],
    run: async ({ total, byCountry, byMonth, rejected, reportFile }, { signal }) => {
      await mkdir(dirname(reportFile), { recursive: true });
      await writeFile(reportFile, `${JSON.stringify({ total, byCountry, byMonth, rejected }, null, 2)}\n`, { signal });
    },
  })
  .task({
    name: 'sendMetrics',
    dependencies: ['aggregate'],
    // The report is useful without the metrics: if they can't be sent, the job still completes.
    continueOnFailure: true,
    maxRetries: 1,
    timeout: 2000,
    // `fetch` rejects with a TypeError if the server can't be reached. Retrying doesn't help with anything else.
    retryIf: (error) => error instanceof TypeError,
    run: async ({ metricsUrl, sales, rejected }, { signal }) => {
      check(metricsUrl !== undefined, 'METRICS_URL is not set');
      const body = JSON.stringify({ sales: sales.length, rejected: rejected.length });
      const { ok, status } = await fetch(metricsUrl, { method: 'POST', body, signal });
      check(ok, `the metrics server answered ${status}`);
    },
  });

export const options = {
  context: {
    folder: `${import.meta.dirname}/data`,
    reportFile: `${import.meta.dirname}/output/sales.json`,
    metricsUrl: process.env.METRICS_URL,
  },
  timeout: 10_000,
};

export default etl;

if (import.meta.filename === process.argv[1]) {
  const job = run(etl, options);
  job.on('task.backingOff', ({ task, attempt, error, delay }) => {
    console.log(`${task}: attempt ${attempt} failed (${error}), retrying in ${delay} ms`);
  });
  const { sales, rejected, total, reportFile } = await job.unwrap();
  console.log(`${sales.length} orders total ${total} EUR; ${rejected.length} rows were rejected:`);
  for (const { file, line, reason } of rejected) {
    console.log(`  ${file}:${line}: ${reason}`);
  }
  const metrics = job.why('sendMetrics');
  console.log(metrics.state === 'failed' ? `The metrics were not sent: ${metrics.error}` : 'The metrics were sent');
  console.log(`Report: ${relative('.', reportFile)}`);
}
