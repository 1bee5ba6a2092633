import { createNoopMeter, type Meter, type MeterProvider } from '@opentelemetry/api';
import { orElse } from './or-else.ts';
import { SCOPE } from './scope.ts';

/** The default boundaries are for milliseconds; tasks take from some of these to an hour. */
const SECONDS = {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] },
};

export type Instruments = ReturnType<typeof makeInstruments>;

function makeInstruments(meter: Meter) {
  const duration = (name: string, description: string) => meter.createHistogram(name, { ...SECONDS, description });
  return {
    jobs: meter.createCounter('tintype.jobs', { unit: '{job}', description: 'Jobs that have ended.' }),
    jobDuration: duration('tintype.job.duration', 'From the start of a job to its end.'),
    attempts: meter.createCounter('tintype.attempts', { unit: '{attempt}', description: 'Attempts that have ended.' }),
    attemptDuration: duration('tintype.attempt.duration', 'From the start of an attempt to its end.'),
    retries: meter.createCounter('tintype.retries', { unit: '{retry}', description: 'Attempts that repeat another one.' }),
    timeouts: meter.createCounter('tintype.timeouts', { unit: '{timeout}', description: 'Attempts that have timed out.' }),
    queueDuration: duration('tintype.queue.duration', 'How long an attempt has waited for a slot.'),
  };
}

const known = new WeakMap<MeterProvider, Instruments>();

/** The instruments of a provider, which are made once; where it throws, some that measure nothing. */
export function instrumentsOf(provider: MeterProvider, onError: (error: unknown) => unknown): Instruments {
  const make = () => {
    const instruments = known.get(provider) ?? makeInstruments(provider.getMeter(SCOPE.name, SCOPE.version));
    known.set(provider, instruments);
    return instruments;
  };
  return orElse(make, () => makeInstruments(createNoopMeter()), onError);
}
