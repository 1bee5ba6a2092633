/** Checks one workflow and prints what that cost, as JSON. `check.ts` starts it in a fresh process. */
import { type CheckOptions, checkWorkflow } from 'tintype/check';
import { layers } from './layers.ts';

export interface TargetRow {
  readonly ok: boolean;
  readonly states: number;
  readonly steps: number;
  /** In milliseconds. */
  readonly wall: number;
  /** The CPU time of all threads, in milliseconds. */
  readonly cpu: number;
  /** The most memory that the process took, in MiB. */
  readonly memory: number;
}

const [depth, width, options] = process.argv.slice(2).map((argument) => JSON.parse(argument)) as [number, number, CheckOptions];
const tasks = layers(depth, width);
const before = process.cpuUsage();
const { ok, states, transitions, ms } = checkWorkflow(tasks, options);
const { user, system } = process.cpuUsage(before);
const row: TargetRow = {
  ok,
  states,
  steps: transitions,
  wall: ms,
  cpu: (user + system) / 1000,
  memory: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(row));
