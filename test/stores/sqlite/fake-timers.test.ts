import FakeTimers from '@sinonjs/fake-timers';
import test from 'ava';
import { withDirectory } from '../../helpers/with-directory.ts';

test('fake timers that are installed before everything else stop no job with a store', (t) =>
  withDirectory(async (directory) => {
    const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'Date', 'performance'] });
    try {
      const { run } = await import('tintype');
      const { sqliteStore } = await import('tintype/sqlite');
      await using store = sqliteStore(`${directory}/jobs.db`);
      t.is((await run([{ name: 'a', run: () => ({}) }], { store, id: 'one' })).state, 'completed');
    } finally {
      clock.uninstall();
    }
  }));
