import { durationText } from '../model/time-text.ts';
import { useNow } from './use-now.ts';

/** How long something took, or has taken so far. */
export function Elapsed(props: {
  readonly from: number;
  readonly to: number | undefined;
  /** The time of the latest message. */
  readonly latestAt: number;
}) {
  const { from, to, latestAt } = props;
  const now = useNow(to === undefined, latestAt);
  return <span class="elapsed">{durationText(Math.max(0, (to ?? now) - from))}</span>;
}
