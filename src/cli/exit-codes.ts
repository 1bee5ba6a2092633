/** Wrong usage, or a job id that is taken, unknown, or belongs to another workflow. */
export const USED_WRONGLY = 2;
/** The job can't go on in this process, through no fault of the caller. */
export const CANNOT_GO_ON = 6;
/** The event loop is empty, so the tasks can never settle. Node.js itself exits with the same code then. */
export const NOTHING_LEFT = 13;
/** The command itself failed. Not 1, so scripts can tell it from a failed job or check. */
export const FAILED = 70;
/** The signals that end a command, with their exit codes: 128 plus the number of the signal. */
export const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
