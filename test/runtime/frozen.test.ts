import test from 'ava';
import { start } from '../helpers/command.ts';

for (const flag of ['--no-warnings', '--frozen-intrinsics']) {
  test(`frozen prototypes do no harm in process, in a store, in threads and in the checker, with ${flag}`, async (t) => {
    const { code, stdout, stderr } = await start([flag, '--no-warnings', '--import=tsx', 'test/runtime/frozen-program.ts']);
    t.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'ok\n', stderr: '' });
  });
}
