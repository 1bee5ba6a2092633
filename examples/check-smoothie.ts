/** Checks everything that can happen while the smoothie is made, plus two properties, one of which does not hold. */
import { always, checkWorkflow, type Property, sometimes } from 'tintype/check';
import smoothie, { options as smoothieOptions } from './smoothie.ts';

export const options = { ...smoothieOptions, maxRetries: 1 };

export const properties: readonly Property[] = [
  sometimes('both fruits are diced at the same time', (job) => job.in('running').length === 2),
  always(
    'a smoothie is served with garnish',
    (job) => job.state !== 'completed' || job.task('garnish').state === 'completed' || 'the job completed without garnish',
  ),
];

export default smoothie;

if (import.meta.filename === process.argv[1]) {
  const report = checkWorkflow(smoothie, { maxRetries: options.maxRetries, timeout: options.timeout, properties });
  console.log(String(report));
}
