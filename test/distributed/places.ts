export const QUEUE = 'distributed';

export const idOf = (number: number): string => `job ${number}`;

/** Redis is restarted while they run, and BullMQ tells of attempts that another worker has got, or ended, meanwhile; anything else is a mistake. */
export function reportOnce(error: Error): void {
  if (
    !/ECONNREFUSED|ECONNRESET|EPIPE|Connection is closed|LOADING|could not renew lock|Missing (lock|key)|Lock mismatch/.test(
      error.message,
    )
  ) {
    console.error(error);
  }
}
