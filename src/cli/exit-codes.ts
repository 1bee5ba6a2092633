/** The command was used wrongly, or the job it names is taken, unknown, or one of another workflow. */
export const USED_WRONGLY = 2;
/** The job can't go on in this process, for a reason that doesn't lie with the caller. */
export const CANNOT_GO_ON = 6;
/** Nothing is left that could settle the tasks. Node.js itself exits with the same code then. */
export const NOTHING_LEFT = 13;
/** The command itself failed. Not 1, so scripts can tell it from a failed job or check. */
export const FAILED = 70;
/** The signals that end a command, with their exit codes: 128 plus the number of the signal. */
export const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
