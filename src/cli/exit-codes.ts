/** The command was used wrongly. */
export const USED_WRONGLY = 2;

/** The command itself failed, which must not be taken for what a check says. */
export const FAILED = 70;
