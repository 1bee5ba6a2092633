const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A short duration, such as `120 ms`, `1.25 s`, `2 min 5 s` or `3 h 12 min`. */
export function durationText(milliseconds: number): string {
  const rounded = Math.round(milliseconds);
  if (rounded < SECOND) {
    return `${rounded} ms`;
  }
  if (rounded < MINUTE) {
    return `${withDigits(rounded / SECOND, rounded < 10 * SECOND ? 2 : 1)} s`;
  }
  return rounded < HOUR ? inTwo(rounded, MINUTE, 'min', SECOND, 's') : inTwo(rounded, HOUR, 'h', MINUTE, 'min');
}

/** Truncates instead of rounding, so a duration never looks as long as a longer one. */
function withDigits(number: number, digits: number): string {
  const factor = 10 ** digits;
  return String(Math.floor(number * factor) / factor);
}

function inTwo(milliseconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((milliseconds % large) / small);
  return `${Math.floor(milliseconds / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
