// What `tintype/testing` accepts and returns. Compiled by tsc; nothing here runs.
import { expectTypeOf } from 'expect-type';
import { workflow } from '../../src/index.ts';
import { assertEvents, callsOf, fails, never, recordEvents, returns, stub, takes, throws } from '../../src/testing/index.ts';

const order = workflow<{ amount: number }>('order')
  .task({ name: 'reserve', run: () => ({ reservation: 'r' }) })
  .task({ name: 'charge', dependencies: ['reserve'], run: async ({ amount }) => ({ receipt: `for ${amount}` }) })
  .task({ name: 'notify', dependencies: ['charge'], continueOnFailure: true, run: () => {} })
  .task({ name: 'maybe', run: async ({ amount }) => (amount > 1 ? { gift: true } : undefined) });

const stubbed = stub(order, {
  reserve: throws(new Error('no')),
  charge: fails(2).then(returns({ receipt: 'r1' })),
  notify: returns(),
  maybe: never(),
});
expectTypeOf(stubbed).toEqualTypeOf(order);

stub(order, { charge: fails(1) });
stub(order, { charge: takes(5) });
stub(order, { charge: takes(5).then(fails(2).then(never())) });
stub(order, { charge: undefined, maybe: returns({ gift: false }) });
stub(order, { notify: () => {}, maybe: returns(undefined) });
stub(order, { notify: async () => {}, maybe: async () => undefined });
stub(order, {
  charge: async ({ amount, reservation }, { attempt }, real) => {
    expectTypeOf(amount).toEqualTypeOf<number>();
    expectTypeOf(reservation).toEqualTypeOf<string>();
    expectTypeOf(attempt).toEqualTypeOf<number>();
    expectTypeOf(await real()).toEqualTypeOf<{ receipt: string }>();
    return { receipt: `${reservation} ${amount}` };
  },
});
stub(order, { charge: fails(1).then(({ reservation }) => ({ receipt: reservation })) });

// @ts-expect-error there is no task of this name
stub(order, { chrge: returns({ receipt: 'r1' }) });
// @ts-expect-error the output lacks `receipt`
stub(order, { charge: returns({ receit: 'r1' }) });
// @ts-expect-error `receipt` is a string
stub(order, { charge: returns({ receipt: 1 }) });
// @ts-expect-error `receipt` is a string
stub(order, { charge: fails(2).then(returns({ receipt: 1 })) });
// @ts-expect-error a value is needed
stub(order, { charge: returns() });
// @ts-expect-error a stub is a function
stub(order, { charge: { receipt: 'r1' } });
// @ts-expect-error `charge` has not run before `reserve`
stub(order, { reserve: ({ receipt }) => ({ reservation: receipt }) });

const [call] = callsOf(stubbed, 'charge');
expectTypeOf(call?.context).toEqualTypeOf<{ readonly amount: number; readonly reservation: string } | undefined>();
// @ts-expect-error there is no task of this name
callsOf(stubbed, 'chrge');

declare const job: Parameters<typeof recordEvents>[0];
assertEvents(recordEvents(job), ['job.running', 'charge running', 'a task failed', { task: 'charge', delay: 30 }]);
// @ts-expect-error there is no such state
assertEvents(recordEvents(job), ['charge runing']);
// @ts-expect-error no event has such a field
assertEvents(recordEvents(job), [{ tsk: 'charge' }]);

declare const anyName: string;
const loose = workflow('loose').task({ name: anyName, run: () => ({ a: 1 }) });
stub(loose, { [anyName]: returns({ a: 2 }) });
