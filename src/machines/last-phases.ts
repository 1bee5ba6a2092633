/** What a job does between its tasks and its end, in the order in which it enters these states. */
export const LAST_PHASES = ['undoing', 'finishing'] as const;
export type LastPhase = (typeof LAST_PHASES)[number];

export const isLastPhase = (state: string | undefined): state is LastPhase =>
  (LAST_PHASES as readonly (string | undefined)[]).includes(state);

/** Whether a job has entered a phase, if `last` is the last one it has entered. */
export const hasEntered = (phase: LastPhase, last: LastPhase | undefined): boolean =>
  last !== undefined && LAST_PHASES.indexOf(last) >= LAST_PHASES.indexOf(phase);
