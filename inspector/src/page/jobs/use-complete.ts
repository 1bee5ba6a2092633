import { useEffect, useState } from 'preact/hooks';

/** If no new task arrives for this long, in milliseconds, the known tasks count as all of them. */
const QUIET = 300;

/** Whether all tasks of a job have arrived. Otherwise a large graph would be laid out over and over while they do. */
export function useComplete(count: number, expected: number): boolean {
  const [quietAt, setQuietAt] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setQuietAt(count), QUIET);
    return () => clearTimeout(timer);
  }, [count]);
  return count >= expected || (count > 0 && quietAt === count);
}
