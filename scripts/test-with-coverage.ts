/** Runs the tests with coverage, and reports which ones were skipped if redis-server isn't installed. */
import { spawnSync } from 'node:child_process';
import { isRedisInstalled } from '../test/helpers/redis.ts';

const NEEDS_REDIS = ['src/bullmq/**', 'src/cli/open-store.ts', 'src/cli/queue-flags.ts', 'src/cli/worker-command.ts'];

const args = isRedisInstalled ? [] : NEEDS_REDIS.flatMap((files) => ['--exclude', files]);
const { status } = spawnSync('c8', [...args, 'ava'], { stdio: 'inherit' });
if (!isRedisInstalled) {
  console.error('SKIPPED: the tests of tintype/bullmq and of the command with Redis, because redis-server is not installed.');
}
process.exitCode = status ?? 1;
