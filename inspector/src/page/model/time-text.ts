/** A duration such as `13 ms`, `1.5 s` or `2 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  const seconds = ms / 1000;
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const pad = (value: number, length: number): string => String(value).padStart(length, '0');

/** A time of day, to the millisecond. */
export function timeText(at: number): string {
  const time = new Date(at);
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => pad(part, 2));
  return `${parts.join(':')}.${pad(time.getMilliseconds(), 3)}`;
}
