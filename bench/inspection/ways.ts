import type { TaskDefinition } from 'tintype';

export const TASKS = 1000;

const LAYER = 10;

const SHAPES = {
  chain: (index: number) => (index === 0 ? [] : [`t${index - 1}`]),
  'fan-out': (index: number) => (index === 0 ? [] : ['t0']),
  'layers of 10': (index: number) => {
    const first = Math.floor(index / LAYER) * LAYER;
    return first === 0 ? [] : Array.from({ length: LAYER }, (_, place) => `t${first - LAYER + place}`);
  },
};

export type InspectionShape = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as InspectionShape[];

/** Tasks that do nothing. */
export const tasksOf = (shape: InspectionShape): TaskDefinition[] =>
  Array.from({ length: TASKS }, (_, index) => ({ name: `t${index}`, dependencies: SHAPES[shape](index), run: async () => {} }));

/** The first is what the others are compared with. */
export const WAYS = {
  alone: 'nobody inspects',
  nothing: 'an inspector that does nothing',
  recorded: 'inspectJobs, no viewer',
  viewed: 'inspectJobs, one viewer',
};

export type Way = keyof typeof WAYS;
