import { useContext, useEffect, useState } from 'preact/hooks';
import { PageContext } from './page-context.ts';

const EVERY = 500;
const DAY = 86_400_000;

/**
 * Returns the current time in the inspected process, and keeps updating it while something is running. If the process uses a simulated
 * clock, it is the time of the latest message.
 */
export function useNow(isLive: boolean, latestAt: number): number {
  const { endedAt } = useContext(PageContext);
  const [now, setNow] = useState(Date.now);
  const ticks = isLive && endedAt === undefined;
  useEffect(() => {
    if (!ticks) {
      return undefined;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), EVERY);
    return () => clearInterval(timer);
  }, [ticks]);
  const here = endedAt ?? now;
  return Math.abs(here - latestAt) > DAY ? latestAt : Math.max(here, latestAt);
}
