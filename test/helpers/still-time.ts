// Import this first: jobs then pause after a number of outcomes, and transactions don't end early, so everything goes the same way on a busy
// machine.
performance.now = () => 0;
process.hrtime = Object.assign((): [number, number] => [0, 0], { bigint: () => 0n });
