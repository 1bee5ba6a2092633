/** A time as text, or nothing: damaged data can hold a number that is no time. */
export function timeOf(time: number | undefined): string {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
