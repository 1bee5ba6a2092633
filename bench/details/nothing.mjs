/** What tasks in a thread call. */
export const nothing = () => {};
