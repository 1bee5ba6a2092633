/** The messages a viewer can send. */
export type ViewerMessage =
  | { readonly type: 'xstate.inspecting' }
  | { readonly type: 'xstate.event'; readonly target: string; readonly event: { readonly type: string } };

/** Parses a viewer's message, in the format of `@xstate/inspect`; undefined if it is invalid. */
export function readViewerMessage(text: string): ViewerMessage | undefined {
  const message = parsed(text);
  if (message?.type === 'xstate.inspecting') {
    return { type: 'xstate.inspecting' };
  }
  if (message?.type !== 'xstate.event' || typeof message.event !== 'string') {
    return undefined;
  }
  const { origin: target, data } = parsed(message.event) ?? {};
  const event = isObject(data) && typeof data.type === 'string' ? { ...data, type: data.type } : undefined;
  return typeof target === 'string' && event !== undefined ? { type: 'xstate.event', target, event } : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
