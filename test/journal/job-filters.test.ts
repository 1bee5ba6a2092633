import test from 'ava';
import { deleteJobs, InvalidArgumentError, listJobs, run, workflow } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';

/** Lends a store with an ended job, and the filters that it is called with. */
async function recordingStore() {
  const store = new MemoryStore();
  await run(workflow('flow').task({ name: 'a', run: () => ({}) }), { id: 'one', store });
  const filters: object[] = [];
  const { list, delete: remove } = MemoryStore.prototype;
  store.list = (filter) => {
    filters.push(filter);
    return list.call(store, filter);
  };
  store.delete = (filter) => {
    filters.push(filter);
    return remove.call(store, filter);
  };
  return { store, filters };
}

const INVALID: readonly (readonly [filter: unknown, message: RegExp])[] = [
  [{ state: 'foo' }, /`state` must be one of 'running', .*, got the string "foo"/],
  [{ state: null }, /`state`/],
  [{ workflow: 5 }, /`workflow` must be a string of at least 1 character, got 5/],
  [{ workflow: '' }, /`workflow`/],
  [{ stat: 'failed' }, /no option `stat`; the options are state, workflow/],
  [{ stat: undefined }, /no option `stat`/],
  [{ [Symbol('id')]: 1 }, /no option/],
  [null, /the filter must be a plain object, got null/],
  ['one', /the filter must be a plain object, got the string "one"/],
  [['one'], /the filter must be a plain object, got an array/],
  [new Date(), /the filter must be a plain object/],
  [Promise.resolve({ id: 'one' }), /the filter must be a plain object/],
];

const INVALID_TO_LIST: typeof INVALID = [
  ...INVALID,
  [{ after: 5 }, /`after` must be the `next` of another page, got 5/],
  [{ limit: 0 }, /`limit` must be an integer from 1 to 1000, got 0/],
  [{ id: 'one' }, /no option `id`/],
  [{ state: 'foo', limit: '5' }, /2 problems:[\s\S]*`state`[\s\S]*`limit`/],
];

const INVALID_TO_DELETE: typeof INVALID = [
  ...INVALID,
  [{ before: new Date() }, /`before` must be a finite number \(milliseconds since 1970-01-01 UTC\), got/],
  [{ before: Number.NaN }, /`before`/],
  [{ before: Infinity }, /`before`/],
  [{ befor: 0 }, /no option `befor`; the options are state, workflow, id, before/],
  [{ ids: ['one'] }, /no option `ids`/],
  [{ limit: 1 }, /no option `limit`/],
  [{ id: 5 }, /`id` must be a string of at least 1 character, got 5/],
  [{ id: '' }, /`id`/],
  [{ id: undefined }, /`id` must be a string of at least 1 character, got undefined/],
  [{ id: 'one', before: undefined }, /`before` must .*, got undefined/],
  [{ state: undefined }, /`state` must .*, got undefined/],
  [{ workflow: undefined }, /`workflow` must .*, got undefined/],
  [Object.create({ id: undefined }), /the filter must be a plain object/],
  [undefined, /the filter must be a plain object, got undefined/],
];

test('a list with an unknown option or an invalid value is refused before the store is called', async (t) => {
  const { store, filters } = await recordingStore();
  for (const [filter, message] of INVALID_TO_LIST) {
    await t.throwsAsync(listJobs(store, filter as object), { instanceOf: InvalidArgumentError, message });
  }
  t.deepEqual(filters, []);
});

test('a deletion with an unknown, invalid or undefined option is refused, and deletes nothing', async (t) => {
  const { store, filters } = await recordingStore();
  for (const [filter, message] of INVALID_TO_DELETE) {
    await t.throwsAsync(deleteJobs(store, filter as object), { instanceOf: InvalidArgumentError, message });
  }
  t.deepEqual(filters, []);
  t.is(store.rows.size, 1);
});

test('the store receives the options of a filter, each read once', async (t) => {
  const { store, filters } = await recordingStore();
  let reads = 0;
  const filter = {
    get workflow() {
      reads += 1;
      return 'flow';
    },
  };
  t.is((await listJobs(store, filter)).jobs.length, 1);
  t.is(reads, 1);
  t.is((await listJobs(store)).jobs.length, 1);
  t.is((await listJobs(store, { state: undefined, workflow: undefined, after: undefined, limit: undefined })).jobs.length, 1);
  t.is(await deleteJobs(store, { id: 'two', state: 'completed', workflow: 'flow', before: 0 }), 0);
  t.is(await deleteJobs(store, Object.create(null)), 1);
  t.deepEqual(filters, [{ workflow: 'flow' }, {}, {}, { id: 'two', state: 'completed', workflow: 'flow', before: 0 }, {}]);
});

test('an error of a filter’s getter is named', async (t) => {
  const { store } = await recordingStore();
  const filter = {
    get id(): string {
      throw new Error('gone');
    },
  };
  await t.throwsAsync(deleteJobs(store, filter), { code: 'INVALID_ARGUMENT', message: /`id` must be readable.*gone/ });
});
