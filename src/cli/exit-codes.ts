/** The command was used wrongly. */
export const USED_WRONGLY = 2;

/** The command itself failed, which must not be taken for what a check says. */
export const FAILED = 70;
/** The signals that end a command, with their exit codes: 128 and the number of the signal. */
export const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
