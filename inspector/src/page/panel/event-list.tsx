import type { ActorEvent } from '../model/actor.ts';
import { valueText } from '../model/plain-text.ts';
import { timeText } from '../model/time-text.ts';
import { useMore } from '../parts/more.tsx';
import { Value } from './value.tsx';

const AT_ONCE = 50;
const SUMMARY_LENGTH = 160;

/** The events an actor received, latest first. */
export function EventList({
  events,
  nameOf,
}: {
  readonly events: readonly ActorEvent[];
  readonly nameOf: (sessionId: string) => string;
}) {
  const [most, more] = useMore(events.length, AT_ONCE);
  const shown = events.slice(-most).reverse();
  return (
    <>
      <ol class="events" reversed>
        {shown.map((event, index) => (
          <Event key={events.length - index} event={event} from={event.origin && nameOf(event.origin)} />
        ))}
      </ol>
      {more}
    </>
  );
}

function Event({ event, from }: { readonly event: ActorEvent; readonly from: string | undefined }) {
  const { at, name, data } = event;
  const { type: _, ...rest } = (data ?? {}) as { type?: string };
  const summary = Object.keys(rest).length === 0 ? '' : valueText(rest);
  const head = (
    <>
      <time dateTime={new Date(at).toISOString()}>{timeText(at)}</time> <b>{name}</b>
      {from !== undefined && <span class="faint"> from {from}</span>}
    </>
  );
  return (
    <li>
      {summary === '' ? (
        <div class="plain">{head}</div>
      ) : (
        <details>
          <summary>
            {head} <code>{summary.slice(0, SUMMARY_LENGTH)}</code>
          </summary>
          <Value value={rest} label={`Data of ${name}`} />
        </details>
      )}
    </li>
  );
}
