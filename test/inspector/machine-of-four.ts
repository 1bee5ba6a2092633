import { createRequire } from 'node:module';
import { configOf } from '../../inspector/src/bridge/machine-config.ts';
import type { chartOf } from '../../inspector/src/page/statechart/chart.ts';

type MachineOfFour = Parameters<typeof chartOf>[0];

// Only the inspector has version 4.
const { createMachine } = createRequire(new URL('../../inspector/package.json', import.meta.url))('xstate') as {
  createMachine(config: object): MachineOfFour;
};

/** What the page gets to draw a machine: text, which it makes a machine of XState 4 of. */
export const configText = (machine: object): string => JSON.stringify(configOf((machine as { root: never }).root));

/** A machine of XState 5 as the page has it. */
export const machineOfFour = (logic: object): MachineOfFour => machineFrom(JSON.parse(configText(logic)));

export const machineFrom = (config: object): MachineOfFour => createMachine({ predictableActionArguments: true, ...config });
