export default {
  files: ['{test,examples}/**/*.test.ts', '!test/package/**'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  // tsx serves the main thread of a process, not AVA's worker threads.
  workerThreads: false,
  // Many tests wait for other processes.
  concurrency: 4,
  // Tests don't call `t.timeout`: while its period lasts, AVA forgets this timeout, so a test file that doesn't exit would hang forever.
  timeout: '10m',
};
