/** The graphs, of `bench/compare/graphs.ts`, and how many tasks they have. */
export const SHAPES = ['chain', 'fan-out', 'layers of 10'] as const;
export type InspectionShape = (typeof SHAPES)[number];
export const TASKS = 1000;

/** The first is what the others are compared with. */
export const WAYS = {
  alone: 'no inspector',
  nothing: 'an inspector that does nothing',
  recorded: 'inspectJobs, no viewer',
  viewed: 'inspectJobs, one viewer',
};

export type Way = keyof typeof WAYS;
