import test from 'ava';
import type { TaskEmitted } from '../../src/machines/events.ts';
import { failedInEffect, mayHaveActed, undoEvent } from '../../src/machines/undo-events.ts';

const about = { task: 'a', attempt: 1 };
const error = new Error('boom');
const ready: TaskEmitted = { type: 'task.ready', from: 'unscheduled', to: 'ready', ...about };
const running: TaskEmitted = { type: 'task.running', from: 'ready', to: 'running', ...about };
const failed = { type: 'task.failed', from: 'running', to: 'failed', ...about } as const;
const cancelled = { type: 'task.cancelled', to: 'cancelled', reason: 'jobFailed', ...about } as const;
const backingOff = { type: 'task.backingOff', from: 'running', to: 'backingOff', delay: 5, error, ...about } as const;

test('an event of an undo is one of the task that is undone', (t) => {
  const undoing = { type: 'task.undoing', to: 'undoing', ...about } as const;
  t.deepEqual(undoEvent(ready, 'failed'), { ...undoing, from: 'failed', step: 'ready' });
  t.deepEqual(undoEvent(running, 'failed'), { ...undoing, from: 'undoing', step: 'running' });
  const retried = { reason: 'exception', error, delay: 5 } as const;
  t.deepEqual(undoEvent({ ...backingOff, reason: 'exception' }, 'failed'), {
    ...undoing,
    from: 'undoing',
    step: 'backingOff',
    ...retried,
  });
  const end = { from: 'undoing', ...about } as const;
  const completed: TaskEmitted = { type: 'task.completed', from: 'running', to: 'completed', output: {}, ...about };
  t.deepEqual(undoEvent(completed, 'failed'), { type: 'task.undone', to: 'undone', ...end });
  t.deepEqual(undoEvent({ ...failed, reason: 'timedOut', error }, 'failed'), {
    type: 'task.undoFailed',
    to: 'undoFailed',
    reason: 'timedOut',
    error,
    ...end,
  });
  t.is(undoEvent({ ...cancelled, from: 'ready' }, 'failed'), undefined);
  t.is(
    undoEvent({ type: 'task.skipped', from: 'unscheduled', to: 'skipped', reason: 'dependency', ...about }, 'failed'),
    undefined,
  );
});

test('an attempt may have acted if it was aborted while its function ran, or if nobody knows what its function did', (t) => {
  t.true(mayHaveActed({ ...cancelled, from: 'running' }, true));
  t.false(mayHaveActed({ ...cancelled, from: 'running' }, false));
  t.false(mayHaveActed({ ...cancelled, from: 'backingOff' }, true));
  for (const event of [{ ...failed, error }, { ...ready, from: 'running', error } as const, backingOff]) {
    t.true(mayHaveActed({ ...event, reason: 'timedOut' } as TaskEmitted, false), event.type);
    t.false(mayHaveActed({ ...event, reason: 'exception' } as TaskEmitted, true), event.type);
  }
  t.false(mayHaveActed(ready, true));
  t.false(mayHaveActed(running, true));
});

test('a function that threw did nothing, unless its error is marked', (t) => {
  t.true(failedInEffect('invalidResult', error));
  t.true(failedInEffect('exception', Object.assign(new Error('lost'), { mayHaveActed: true })));
  const evil = new Proxy(
    {},
    {
      get() {
        throw error;
      },
    },
  );
  for (const plain of [error, undefined, null, 'text', { mayHaveActed: false }, { mayHaveActed: 'yes' }, evil]) {
    t.false(failedInEffect('exception', plain));
  }
});
