import { useMemo } from 'preact/hooks';
import { type Actor, fullState } from '../model/actor.ts';
import { Statechart } from '../statechart/statechart.tsx';
import { EventList } from './event-list.tsx';
import { Section } from './section.tsx';
import { ErrorText, Value } from './value.tsx';

/** The details of any actor: its statechart, the events it received, and its data. */
export function ActorSections({ actor, nameOf }: { readonly actor: Actor; readonly nameOf: (sessionId: string) => string }) {
  const { id, machine, value, events, context, input, output, error } = actor;
  const state = fullState(value);
  const chart = useMemo(
    () => <Statechart machine={machine} value={value} label={`Statechart of ${id}`} />,
    [machine, id, state],
  );
  return (
    <>
      {error !== undefined && (
        <Section title="Error">
          <ErrorText error={error} label="Error" />
        </Section>
      )}
      <Section title="Statechart">{chart}</Section>
      <Section title={`Events (${events.length})`}>
        <EventList events={events} nameOf={nameOf} />
      </Section>
      {output !== undefined && (
        <Section title="Output">
          <Value value={output} label="Output" />
        </Section>
      )}
      {context !== undefined && (
        <Section title="Context">
          <Value value={context} label="Context" />
        </Section>
      )}
      {input !== undefined && (
        <Section title="Input">
          <Value value={input} label="Input" />
        </Section>
      )}
    </>
  );
}
