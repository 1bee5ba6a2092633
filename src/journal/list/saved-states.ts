/** The states of jobs that have ended. */
export const ENDED_STATES = ['completed', 'failed', 'cancelled', 'timedOut'] as const;

/** The states that a store saves. */
export const SAVED_STATES = ['running', 'stuck', ...ENDED_STATES] as const;

export type EndedState = (typeof ENDED_STATES)[number];
export type SavedState = (typeof SAVED_STATES)[number];
