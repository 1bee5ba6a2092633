export const QUEUE = 'distributed';

export const idOf = (number: number): string => `job ${number}`;

/** Redis is restarted while they run; anything else is a mistake. */
export function reportOnce(error: Error): void {
  if (!/ECONNREFUSED|ECONNRESET|EPIPE|Connection is closed|LOADING/.test(error.message)) {
    console.error(error);
  }
}
