import { useContext, useState } from 'preact/hooks';
import type { Actor } from '../model/actor.ts';
import { PageContext } from '../parts/page-context.ts';

/** Sends an event to an active actor, if the page is allowed to. */
export function SendEvent({ actor }: { readonly actor: Actor }) {
  const { sendEvent, endedAt } = useContext(PageContext);
  const [text, setText] = useState('{ "type": "" }');
  const [problem, setProblem] = useState('');
  if (sendEvent === undefined || endedAt !== undefined || actor.status !== 'active') {
    return null;
  }
  const send = (submit: SubmitEvent) => {
    submit.preventDefault();
    const event = parsed(text);
    if (event === undefined) {
      setProblem('An event must be a JSON object with a non-empty string as its `type`.');
    } else {
      setProblem('');
      sendEvent(actor.sessionId, event);
    }
  };
  return (
    <form class="send-event" onSubmit={send}>
      <label>
        Event (JSON)
        <textarea rows={3} spellcheck={false} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
      </label>
      <button type="submit">Send event</button>
      <span role="alert">{problem}</span>
    </form>
  );
}

function parsed(text: string): { readonly type: string } | undefined {
  try {
    const event: unknown = JSON.parse(text);
    const isEvent =
      typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string' && event.type !== '';
    return isEvent ? (event as { readonly type: string }) : undefined;
  } catch {
    return undefined;
  }
}
