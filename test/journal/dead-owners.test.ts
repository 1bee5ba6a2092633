import test from 'ava';
import { resume } from 'tintype';
import { DeadOwners } from '../../src/journal/lease/dead-owners.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';
import { leaseOf, newJob } from '../helpers/store-contract.ts';

const LEASE = 1000;
const tasks = [{ name: 'a', run: () => {} }];

/** How long it takes to continue a job, by its clock. */
async function timeToTake(store: MemoryStore, clock: SteppedClock, id: string): Promise<number> {
  const before = clock.now();
  const result = await withTime(clock, resume(tasks, id, { store, clock, lease: LEASE }));
  if (result.state !== 'completed') {
    throw result.state === 'detached' ? result.error : new Error(result.state);
  }
  return clock.now() - before;
}

const OWNED = { ...newJob('one'), workflow: 'job', context: '{}' };

test('of the jobs of a process that died, only the first is watched for a lease', async (t) => {
  const store = new MemoryStore();
  const clock = new SteppedClock();
  clock.set(10 * LEASE);
  for (const [id, owner, until] of [
    ['one', `dead.1/${LEASE}`, LEASE],
    ['two', `dead.2/${LEASE}`, 1.5 * LEASE],
    ['earlier', `dead.3/${LEASE}`, -1.5 * LEASE],
    ['later', `dead.4/${LEASE}`, 5 * LEASE],
    ['other', `alive.1/${LEASE}`, LEASE],
  ] as const) {
    await store.create({ ...OWNED, id }, leaseOf(owner, 0, until));
  }
  t.is(await timeToTake(store, clock, 'one'), LEASE);
  t.is(await timeToTake(store, clock, 'two'), 0);
  // The process went on, and its clock was set.
  t.is(await timeToTake(store, clock, 'earlier'), LEASE);
  t.is(await timeToTake(store, clock, 'later'), LEASE);
  t.is(await timeToTake(store, clock, 'other'), LEASE);
});

test('a process is forgotten when it could have gone on, and taken leases that look as old', (t) => {
  const owners = new DeadOwners();
  const lease = { owner: `dead.1/${LEASE}`, until: 5 * LEASE, length: LEASE };
  owners.add(lease, LEASE, 100);
  t.true(owners.has(lease, 100 + LEASE - 1));
  t.false(owners.has(lease, 100 + LEASE));
});
