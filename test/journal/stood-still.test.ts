import test from 'ava';
import { type Executor, type JobStore, run } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';

const LEASE = 60_000;

/** Lets time pass for the process only, as while it is stopped. */
function standStill(t: { teardown(undo: () => void): void }): () => void {
  const { now } = performance;
  let stood = 0;
  performance.now = () => now.call(performance) + stood;
  t.teardown(() => {
    performance.now = now;
  });
  return () => {
    stood += 2 * LEASE;
  };
}

/** A store that stands still, and has another owner take the job over, once the start of an attempt is saved. */
function stoppingAfterStart(store: JobStore, stop: () => void, takeOver: (id: string) => void): JobStore {
  return {
    ...(store as object),
    codec: store.codec,
    create: (...given) => store.create(...given),
    acquire: (...given) => store.acquire(...given),
    renew: (...given) => store.renew(...given),
    release: (...given) => store.release(...given),
    async append(id, owner, entry) {
      await store.append(id, owner, entry);
      if (entry.type === 'attempt.started') {
        stop();
        takeOver(id);
      }
    },
  } as JobStore;
}

for (const isTaken of [false, true]) {
  const what = isTaken ? 'calls nothing if its job was taken over meanwhile' : 'renews its lease before it calls a function';
  test.serial(`a process that stood still for longer than its lease ${what}`, async (t) => {
    const memory = new MemoryStore();
    let calls = 0;
    const takeOver = (id: string) => isTaken && Object.assign(memory.rows.get(id) as object, { owner: 'another' });
    const store = stoppingAfterStart(memory, standStill(t), takeOver);
    const result = await run(
      [
        {
          name: 'a',
          run: () => {
            calls += 1;
          },
        },
      ],
      { id: 'one', store, lease: LEASE },
    );
    t.is(result.state, isTaken ? 'detached' : 'completed');
    t.is(calls, isTaken ? 0 : 1);
  });
}

for (const isTaken of [false, true]) {
  const what = isTaken ? 'and aborts if its job was taken over' : 'and goes on if it still has its job';
  test.serial(`an executor learns whether its process was paused for longer than its lease, ${what}`, async (t) => {
    const store = new MemoryStore();
    const pause = standStill(t);
    const order: string[] = [];
    const renew = store.renew.bind(store);
    store.renew = async (...given) => {
      order.push('renew');
      await renew(...given);
    };
    const executor: Executor = async ({ confirm, signal }) => {
      await confirm();
      order.push('asked for nothing');
      pause();
      if (isTaken) {
        Object.assign(store.rows.get('one') as object, { owner: 'another' });
      }
      await confirm();
      order.push(signal.aborted ? 'aborted' : 'confirmed');
    };
    const job = run([{ name: 'a', run: () => {} }], { id: 'one', store, lease: LEASE, executor });
    t.is((await job).state, isTaken ? 'detached' : 'completed');
    await job.drained;
    t.deepEqual(order, ['asked for nothing', 'renew', isTaken ? 'aborted' : 'confirmed']);
  });
}
