import test from 'ava';
import { type Interpreter, run, type TaskDefinition } from 'tintype';
import type { jobMachine } from 'tintype/machines';
import { type Actor, type InspectionEvent, type Observer, transition } from 'xstate';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const forever = () => new Promise<undefined>(() => {});
const fail = () => Promise.reject(new Error('no'));

/** Between them these do all that a task can do. */
const TASKS: readonly TaskDefinition[] = [
  { name: 'quick', run: () => ({ quick: 1 }) },
  { name: 'flaky', run: (_, { attempt }) => (attempt < 3 ? fail() : undefined), backoff: (attempt) => (attempt === 1 ? 5 : 0) },
  { name: 'slow', run: forever, timeout: 10, maxRetries: 1, continueOnFailure: true },
  { name: 'last', run: forever, dependencies: ['quick', 'flaky'] },
  { name: 'never', run: forever, dependencies: ['last'] },
];

/** An inspection event as text, without what differs from run to run: the ids of sessions. */
function describe({ rootId: _, ...event }: InspectionEvent): string {
  const actors = new Set(['actorRef', 'sourceRef', 'to']);
  return JSON.stringify(event, (key, value) => (actors.has(key) ? (value as { id?: string } | undefined)?.id : value));
}

async function inspected(interpreter: Interpreter): Promise<string[]> {
  const told: string[] = [];
  const clock = new SteppedClock();
  const inspect = (event: InspectionEvent) => void told.push(describe(event));
  await withTime(clock, run(TASKS, { id: 'job', clock, inspect, interpreter, timeout: 100, maxConcurrency: 2, backoff: 0 }));
  return told;
}

test('inspectors receive the same events from both interpreters, in the same order', async (t) => {
  const compiled = await inspected('compiled');
  t.deepEqual(compiled, await inspected('xstate'));
  const types = new Set(compiled.map((event) => JSON.parse(event).type));
  t.deepEqual([...types].sort(), ['@xstate.action', '@xstate.actor', '@xstate.event', '@xstate.microstep', '@xstate.snapshot']);
});

for (const interpreter of ['compiled', 'xstate'] as const) {
  test(`an inspector that comes while a job runs sees what happens from then on: ${interpreter}`, async (t) => {
    const clock = new SteppedClock();
    const job = run(TASKS, { clock, interpreter, maxConcurrency: 2, timeout: 100 });
    await settle();
    const told: string[] = [];
    const inspector: Observer<InspectionEvent> = {
      next: (event) => {
        const { id } = event.actorRef as unknown as { id: string };
        told.push(`${event.type} ${event.type === '@xstate.action' ? event.action.type : ''} ${id}`);
      },
    };
    job.actor.system.inspect(inspector);
    await withTime(clock, job);
    t.true(told.includes('@xstate.action xstate.emit flaky'));
    t.false(told.some((line) => line.startsWith('@xstate.actor')));
    t.true(told.includes('@xstate.microstep  flaky'));
    t.true(told.includes('@xstate.snapshot  never'));
  });

  test(`the snapshots of actors are those of XState: ${interpreter}`, async (t) => {
    const job = run([{ name: 'a', run: forever }], { interpreter, timeout: 100_000 });
    await settle();
    const actor = job.actor as Actor<typeof jobMachine>;
    const snapshot = actor.getSnapshot();
    t.deepEqual(snapshot.value, { running: { timed: 'working' } });
    t.true(snapshot.matches('running'));
    t.true(snapshot.matches({ running: { timed: 'working' } }));
    t.false(snapshot.matches('idle'));
    t.true(snapshot.can({ type: 'job.cancel', reason: '' }));
    t.false(snapshot.can({ type: 'job.start' }));
    t.is(snapshot.status, 'active');
    t.deepEqual(snapshot.context, {
      ...{ tasks: 1, slots: 1, timeout: 100_000, onFailure: 'stop' },
      ...{ settled: 0, stopped: 0, failures: 0, running: 1, queued: 0 },
    });
    t.deepEqual([...snapshot.tags], []);
    t.deepEqual(Object.keys(JSON.parse(JSON.stringify(snapshot))), [
      'status',
      'context',
      'value',
      'children',
      'historyValue',
      'tags',
    ]);
    t.like(actor.getPersistedSnapshot(), { status: 'active', value: { running: { timed: 'working' } } });
    t.is(snapshot.machine.id, 'job');
    t.like(actor.logic, { id: 'job' });
    job.cancel();
    t.is(actor.getSnapshot().status, 'done');
  });

  test(`the pure transition of XState does nothing with a running job: ${interpreter}`, async (t) => {
    const job = run([{ name: 'a', run: forever }], { interpreter });
    await settle();
    const actor = job.actor as Actor<typeof jobMachine>;
    const [next, actions] = transition(actor.logic, actor.getSnapshot(), { type: 'job.cancel', reason: '' });
    t.deepEqual(next.value, { running: { cancelling: 'stopping' } });
    t.deepEqual(
      actions.map(({ type }) => type),
      ['stopTasks'],
    );
    await settle();
    t.is(job.snapshot().state, 'running');
    job.cancel();
  });
}
