/** The sizes of a timeline, in pixels; keep in sync with timeline.css. */
export const ROW_HEIGHT = 28;
export const NAME_WIDTH = 220;
export const AXIS_HEIGHT = 28;
/** Room for signs after the last bar. */
export const ROOM_AT_END = 40;
