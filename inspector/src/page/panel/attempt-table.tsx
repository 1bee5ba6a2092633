import type { AttemptSpan } from '../model/attempts.ts';
import { errorTitle } from '../model/plain-text.ts';
import { timeText } from '../model/time-text.ts';
import { Elapsed } from '../parts/elapsed.tsx';
import { StateBadge } from '../parts/state-badge.tsx';

/** Attempts of a task, or to undo it. */
export function AttemptTable(props: {
  readonly label: string;
  readonly attempts: readonly AttemptSpan[];
  readonly latestAt: number;
}) {
  const { label, attempts, latestAt } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reached with keys
    <section class="scrolled" aria-label={label} tabIndex={0}>
      <table class="attempts">
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">Started</th>
            <th scope="col">Duration</th>
            <th scope="col">Outcome</th>
            <th scope="col">Error</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map(({ attempt, from, to, outcome, error }) => (
            <tr key={attempt}>
              <th scope="row">{attempt}</th>
              <td>{timeText(from)}</td>
              <td>
                <Elapsed from={from} to={to} latestAt={latestAt} />
              </td>
              <td>
                <StateBadge state={outcome ?? 'running'} />
              </td>
              <td class="error-title">{error === undefined ? '' : errorTitle(error)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
