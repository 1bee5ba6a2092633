import test from 'ava';
import { InvalidArgumentError, run, type TaskDefinition, workflow } from 'tintype';
import {
  assertEvents,
  EventsMismatchError,
  type ExpectedEvent,
  fails,
  recordEvents,
  skippingClock,
  stub,
} from 'tintype/testing';

const order = workflow('order')
  .task({ name: 'reserve', run: () => ({ reservation: { id: 'r1', seats: ['1A', '1B'] } }) })
  .task({ name: 'charge', dependencies: ['reserve'], maxRetries: 2, backoff: 100, run: () => {} });

async function emitted(definitions: Parameters<typeof run>[0] = stub(order, { charge: fails(1) })) {
  const job = run(definitions, { clock: skippingClock() });
  const events = recordEvents(job);
  await job;
  return events;
}

const events = await emitted();

const ALL: readonly ExpectedEvent[] = [
  'job.running',
  'reserve ready',
  'reserve running',
  'reserve completed',
  'charge ready',
  'charge running',
  'charge backingOff',
  'charge ready',
  'charge running',
  'charge completed',
  'job.completed',
];

test('recorded are all events of a job from then on', (t) => {
  t.deepEqual(
    events.map(({ sequence }) => sequence),
    ALL.map((_, index) => index + 1),
  );
});

for (const [title, expected] of [
  ['all events', ALL],
  ['some of them, in order', ['charge running', 'charge running', 'job.completed']],
  ['none', []],
  ['fields', [{ task: 'charge', attempt: 2 }, { type: 'job.completed' }]],
  ['values inside of fields', [{ task: 'reserve', output: { reservation: { seats: ['1A', '1B'] } } }]],
] as const satisfies [string, readonly ExpectedEvent[]][]) {
  test(`accepted: ${title}`, (t) => {
    t.notThrows(() => assertEvents(events, expected));
  });
}

for (const [title, expected, headline] of [
  ['one that was not emitted', ['charge failed'], 'Missing event: `charge failed`'],
  ['one too often', ['charge backingOff', 'charge backingOff'], 'Missing event after `charge backingOff`: `charge backingOff`'],
  ['another order', ['job.completed', 'job.running'], 'Missing event after `job.completed`: `job.running`'],
  ['another value', [{ task: 'charge', delay: 5 }], 'Missing event: `charge * { delay: 5 }`'],
  [
    'another value inside',
    [{ output: { reservation: { id: 'r2' } } }],
    'Missing event: `* * { output: { reservation: { id: "r2" } } }`',
  ],
  [
    'fewer items',
    [{ output: { reservation: { seats: ['1A'] } } }],
    'Missing event: `* * { output: { reservation: { seats: ["1A"] } } }`',
  ],
  ['a field that is not there', [{ type: 'job.completed', error: null }], 'Missing event: `job.completed { error: null }`'],
] as const satisfies [string, readonly ExpectedEvent[], string][]) {
  test(`not accepted: ${title}`, (t) => {
    const error = t.throws(() => assertEvents(events, expected), { instanceOf: EventsMismatchError, code: 'EVENTS_MISMATCH' });
    t.is(error?.message.split('\n')[0], headline);
  });
}

test('the message lists all events, with the fields that are compared', (t) => {
  const expected: ExpectedEvent[] = ['reserve completed', { task: 'charge', to: 'backingOff', delay: 5 }, 'job.completed'];
  t.is(
    t.throws(() => assertEvents(events, expected))?.message,
    `Missing event after \`reserve completed\`: \`charge backingOff { delay: 5 }\`

· job.running
· reserve ready
· reserve running
  reserve completed
- charge backingOff { delay: 5 }
· charge ready
· charge running
· charge backingOff { delay: 100 }
· charge ready
· charge running
· charge completed
  job.completed

(- missing, · not compared)`,
  );
});

test('with `exact`, there must be no other event', (t) => {
  t.notThrows(() => assertEvents(events, ALL, { exact: true }));
  const ofCharge = events.filter((event) => 'task' in event && event.task === 'charge');
  t.is(
    t.throws(() => assertEvents(ofCharge, ['charge ready', 'charge running', 'charge failed'], { exact: true }))?.message,
    `Missing event after \`charge running\`: \`charge failed\`

  charge ready
  charge running
- charge failed
+ charge backingOff
+ charge ready
+ charge running
+ charge completed

(- missing, + unexpected)`,
  );
  const first = t.throws(() => assertEvents(ofCharge, ['charge running'], { exact: true }));
  t.is(first?.message.split('\n')[0], 'Unexpected event: `charge ready`');
});

test('names with spaces, dots and line breaks are told apart', async (t) => {
  const named = (name: string): TaskDefinition => ({ name, run: () => {} });
  const list = await emitted([named('job.running'), named('a b'), named('two\nlines')]);
  t.notThrows(() => assertEvents(list, ['job.running', 'job.running completed', 'a b completed', 'two\nlines completed']));
  t.throws(() => assertEvents(list, ['two\nlines failed']), { message: /^Missing event: `two\\nlines failed`\n/ });
});

test('what can not be an event is refused', (t) => {
  for (const [pattern, got] of [
    ['charge runing', '`charge runing`'],
    ['charge unscheduled', '`charge unscheduled`'],
    ['job.idle', '`job.idle`'],
    ['running', '`running`'],
    [7, '7'],
    [undefined, 'undefined'],
  ] as const) {
    const error = t.throws(() => assertEvents(events, [pattern as never]), { instanceOf: InvalidArgumentError });
    t.regex(error?.message ?? '', /^An expected event must be /);
    t.true(error?.message.endsWith(`got ${got}`));
  }
  t.throws(() => assertEvents({} as never, []), { message: '`assertEvents`: `events` must be an array, got an object' });
  t.throws(() => assertEvents(events, 'job.running' as never), {
    message: '`assertEvents`: `expected` must be an array, got the string "job.running"',
  });
});

test('the stack starts in the test', (t) => {
  const error = t.throws(() => assertEvents(events, ['charge failed']));
  t.regex(error?.stack?.split('\n').find((line) => line.startsWith('    at ')) ?? '', /assert-events\.test\.ts/);
});
