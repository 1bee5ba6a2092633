import { createContext } from 'preact';
import type { SendEvent } from '../connection/control.ts';

/** State that the whole page can access. */
export interface PageState {
  /** When the connection to the process ended; undefined while connected. */
  readonly endedAt: number | undefined;
  /** Undefined if the page may only watch. */
  readonly sendEvent: SendEvent | undefined;
}

export const PageContext = createContext<PageState>({ endedAt: undefined, sendEvent: undefined });
