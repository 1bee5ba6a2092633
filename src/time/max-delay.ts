/** The longest delay a timer can wait, in milliseconds (2³¹ − 1); timers with a longer one fire at once. */
export const MAX_DELAY = 2 ** 31 - 1;
