import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import type { NewJob } from '../../journal/job-store.ts';
import { quote } from '../../values/describe-value.ts';

export const namesIn = ({ workflow, version = '', tasks }: Pick<NewJob, 'workflow' | 'version' | 'tasks'>): string[] => [
  workflow,
  version,
  ...tasks.map(({ name }) => name),
];

/** `libsql` truncates text at U+0000, and UTF-8 can't represent half of a surrogate pair: two names could become one. */
export function refuseUnkept(names: readonly string[]): void {
  const name = names.find((one) => one.includes('\0') || /\p{Surrogate}/u.test(one));
  if (name !== undefined) {
    const why = 'which contains U+0000 or half of a surrogate pair';
    throw new JobStoreError('STORE_FAILED', `SQLite can't store the name ${quote(name)}, ${why}`);
  }
}
