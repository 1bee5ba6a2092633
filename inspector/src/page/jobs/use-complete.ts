import { useEffect, useState } from 'preact/hooks';

/** How long no task must have come, in milliseconds, for those that are there to be taken for all. */
const QUIET = 300;

/** Whether the tasks of a job are all there: else a large graph would be laid out again and again while they come. */
export function useComplete(count: number, expected: number): boolean {
  const [quietAt, setQuietAt] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setQuietAt(count), QUIET);
    return () => clearTimeout(timer);
  }, [count]);
  return count >= expected || (count > 0 && quietAt === count);
}
