/** The sizes of a timeline, in pixels, as timeline.css has them too. */
export const ROW_HEIGHT = 28;
export const NAME_WIDTH = 220;
export const AXIS_HEIGHT = 28;
/** What signs after the last bar need. */
export const ROOM_AT_END = 40;
