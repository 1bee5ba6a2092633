import { createWindowReceiver } from '@xstate/inspect';
import { hear, type Message } from '../model/message.ts';

/** How long to block the page at a time, in milliseconds. */
const AT_ONCE = 12;

/** Reads the messages of a report: gzipped JSON, in base64. */
export async function readReport(compressed: string, onMessage: (message: Message) => void): Promise<void> {
  const messages = JSON.parse(await unzipped(compressed)) as string[];
  const { window, tell } = fakeWindow();
  hear(createWindowReceiver({ window, targetWindow: window }), onMessage);
  let until = performance.now() + AT_ONCE;
  for (const text of messages) {
    tell(JSON.parse(text));
    if (performance.now() > until) {
      await new Promise((resolve) => setTimeout(resolve));
      until = performance.now() + AT_ONCE;
    }
  }
}

async function unzipped(compressed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(compressed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return await new Response(stream).text();
}

/** A window that receives messages and sends none. */
function fakeWindow() {
  const target = new EventTarget();
  const window = Object.assign(target, { postMessage: () => {} }) as unknown as Window;
  return { window, tell: (data: unknown) => target.dispatchEvent(new MessageEvent('message', { data })) };
}
