export default {
  files: ['{test,examples}/**/*.test.ts', '!test/package/**'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  // tsx serves the main thread of a process, not AVA's worker threads.
  workerThreads: false,
  timeout: '1m',
};
