/** The longest delay a timer can wait, in milliseconds (2³¹ − 1); timers fire at once when they are given a longer one. */
export const MAX_DELAY = 2 ** 31 - 1;
