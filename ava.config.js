import { availableParallelism } from 'node:os';

export default {
  files: ['{test,examples}/**/*.test.ts', '!test/package/**'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  // tsx serves the main thread of a process, not AVA's worker threads.
  workerThreads: false,
  // Some files mostly wait: for a browser, Redis or other processes.
  concurrency: availableParallelism() + 1,
  timeout: '1m',
};
