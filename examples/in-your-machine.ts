import { eventLogger, workflowLogic } from 'tintype';
import { assign, createActor, setup, waitFor } from 'xstate';
import smoothie, { options } from './smoothie.ts';

// A kiosk that sells smoothies: your own machine, where making a smoothie is a single state.
const kioskMachine = setup({
  types: {
    context: {} as { smoothie?: string | undefined; complaint?: string },
    events: {} as { type: 'order' } | { type: 'leave' },
  },
  actors: {
    // Takes all options of `run`; the initial context comes from `input`.
    makeSmoothie: workflowLogic(smoothie, { timeout: options.timeout }),
  },
}).createMachine({
  id: 'kiosk',
  context: {},
  initial: 'open',
  states: {
    open: {
      on: { order: 'preparing' },
    },
    preparing: {
      invoke: {
        id: 'job',
        src: 'makeSmoothie',
        input: options.context,
        // The actor is done however the job ends; check the state of the result.
        onDone: [
          {
            guard: ({ event }) => event.output.state === 'completed',
            target: 'served',
            actions: assign({ smoothie: ({ event }) => event.output.context.smoothie }),
          },
          {
            target: 'refunded',
            actions: assign({ complaint: ({ event }) => `no smoothie: the job ended as ${event.output.state}` }),
          },
        ],
        // The job could not start, for example because its input is invalid.
        onError: { target: 'refunded', actions: assign({ complaint: ({ event }) => String(event.error) }) },
      },
      // Leaving the state cancels the job.
      on: { leave: 'refunded' },
    },
    served: { type: 'final' },
    refunded: { type: 'final' },
  },
});

export default smoothie;

if (import.meta.filename === process.argv[1]) {
  const kiosk = createActor(kioskMachine);
  kiosk.subscribe(({ value }) => console.log(`kiosk is ${value}`));
  kiosk.start();
  kiosk.send({ type: 'order' });
  // The job emits its events. It starts in a microtask, so this listener misses none.
  const log = eventLogger((line) => console.log(`  ${line}`));
  kiosk.getSnapshot().children.job?.on('*', log);
  const { context } = await waitFor(kiosk, ({ status }) => status === 'done');
  console.log(context);
}
