import { createContext } from 'preact';
import type { SendEvent } from '../connection/control.ts';

/** What all of the page can ask for. */
export interface PageState {
  /** When the connection to the process ended; undefined while it is there. */
  readonly endedAt: number | undefined;
  /** Undefined where the page may only watch. */
  readonly sendEvent: SendEvent | undefined;
}

export const PageContext = createContext<PageState>({ endedAt: undefined, sendEvent: undefined });
