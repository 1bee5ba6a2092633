/** Runs the tests with coverage, and says what is left out where there is no redis-server. */
import { spawnSync } from 'node:child_process';
import { isRedisInstalled } from '../test/helpers/redis.ts';

const WANTS_REDIS = ['src/bullmq/**', 'src/cli/open-store.ts', 'src/cli/queue-flags.ts', 'src/cli/worker-command.ts'];

const args = isRedisInstalled ? [] : WANTS_REDIS.flatMap((files) => ['--exclude', files]);
const { status } = spawnSync('c8', [...args, 'ava'], { stdio: 'inherit' });
if (!isRedisInstalled) {
  console.error('LEFT OUT: the tests of tintype/bullmq and of the command with Redis, since redis-server is not installed.');
}
process.exitCode = status ?? 1;
