/**
 * An order as a saga: each step with an effect can be undone. The courier fails, so the charge is refunded, and then the tea goes back on the shelf.
 * Whatever happens, the customer gets a letter.
 *
 *     npx tsx examples/order-saga.ts
 *     npm run -s tintype -- check examples/order-saga.ts
 */
import { eventLogger, run, workflow } from 'tintype';
import { always, type Property, sometimes } from 'tintype/check';

/** A service that remembers what it did by the caller's key, so repeating a call changes nothing. */
class Ledger {
  readonly #done = new Map<string, string>();

  do(key: string, what: string): void {
    this.#done.set(key, what);
  }

  takeBack(key: string): void {
    this.#done.delete(key);
  }

  get entries(): string[] {
    return [...this.#done.values()];
  }
}

const shop = new Ledger();
const bank = new Ledger();

const order = workflow('order')
  .context<{ item: string; price: number }>()
  .task({
    name: 'reserve',
    run: ({ item }, { idempotencyKey }) => shop.do(idempotencyKey, item),
    undo: (_, { forwardKey }) => shop.takeBack(forwardKey),
  })
  .task({
    name: 'charge',
    dependencies: ['reserve'],
    run: ({ price }, { idempotencyKey }) => {
      bank.do(idempotencyKey, `${price} €`);
      return { receipt: idempotencyKey };
    },
    undo: { run: (_, { forwardKey }) => bank.takeBack(forwardKey), maxRetries: 10 },
  })
  .task({
    name: 'ship',
    dependencies: ['charge'],
    run: () => {
      throw new Error('the courier is on strike');
    },
  })
  .task({
    name: 'letter',
    finally: true,
    // The order completes even if the letter fails.
    continueOnFailure: true,
    run: ({ receipt }, { ending }) => console.log(`Dear customer, your order ${ending.state} (receipt: ${receipt ?? 'none'}).`),
  });

export const options = { maxRetries: 1, backoff: 10, timeout: 60_000, context: { item: 'tea', price: 12 } };

export const properties: readonly Property[] = [
  always('an order that does not complete costs nothing, unless the refund fails', (job) => {
    const hasFailed = job.state === 'failed' || job.state === 'cancelled' || job.state === 'timedOut';
    return !hasFailed || job.task('charge').state !== 'completed' || 'the customer paid but got no tea';
  }),
  always('the tea goes back on the shelf only after the refund', (job) => {
    const isOnItsWay = ['undoing', 'undone', 'undoFailed'].includes(job.task('reserve').state);
    return !isOnItsWay || !['completed', 'undoing', 'undoFailed'].includes(job.task('charge').state);
  }),
  sometimes('an order is undone', (job) => job.state === 'failed' && job.task('reserve').state === 'undone'),
];

export default order;

if (import.meta.filename === process.argv[1]) {
  const result = await run(order, { ...options, id: 'order-1', onEvent: eventLogger() });
  console.log(
    `The order ${result.state}; undo: ${result.undo}. Reserved: ${shop.entries.length}, charged: ${bank.entries.length}`,
  );
}
