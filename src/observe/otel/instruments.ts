import { createNoopMeter, type Meter, type MeterProvider } from '@opentelemetry/api';
import { orElse } from './or-else.ts';
import { SCOPE } from './scope.ts';

/** The default boundaries are for milliseconds, but tasks take from a few of these to an hour. */
const SECONDS = {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] },
};

export type Instruments = ReturnType<typeof makeInstruments>;

function makeInstruments(meter: Meter) {
  const duration = (name: string, description: string) => meter.createHistogram(name, { ...SECONDS, description });
  return {
    jobs: meter.createCounter('tintype.jobs', { unit: '{job}', description: 'Number of ended jobs.' }),
    jobDuration: duration('tintype.job.duration', 'Time from the start to the end of a job.'),
    attempts: meter.createCounter('tintype.attempts', { unit: '{attempt}', description: 'Number of ended attempts.' }),
    attemptDuration: duration('tintype.attempt.duration', 'Time from the start to the end of an attempt.'),
    retries: meter.createCounter('tintype.retries', {
      unit: '{retry}',
      description: 'Number of retries.',
    }),
    timeouts: meter.createCounter('tintype.timeouts', { unit: '{timeout}', description: 'Number of attempts that timed out.' }),
    skips: meter.createCounter('tintype.skips', {
      unit: '{skip}',
      description: 'Number of tasks that were skipped by their condition or because of a dependency.',
    }),
    conditionFailures: meter.createCounter('tintype.condition.failures', {
      unit: '{condition}',
      description: 'Number of conditions that failed.',
    }),
    undos: meter.createCounter('tintype.undos', {
      unit: '{undo}',
      description: 'Number of tasks that were undone, or whose undo failed.',
    }),
    undoAttempts: meter.createCounter('tintype.undo.attempts', {
      unit: '{attempt}',
      description: 'Number of ended attempts to undo a task.',
    }),
    undoAttemptDuration: duration(
      'tintype.undo.attempt.duration',
      'Time from the start to the end of an attempt to undo a task.',
    ),
    queueDuration: duration('tintype.queue.duration', 'Time an attempt waited for a slot.'),
  };
}

const known = new WeakMap<MeterProvider, Instruments>();

/** The instruments of a provider, made once; if the provider throws, no-op instruments. */
export function instrumentsOf(provider: MeterProvider, onError: (error: unknown) => unknown): Instruments {
  const make = () => {
    const instruments = known.get(provider) ?? makeInstruments(provider.getMeter(SCOPE.name, SCOPE.version));
    known.set(provider, instruments);
    return instruments;
  };
  return orElse(make, () => makeInstruments(createNoopMeter()), onError);
}
