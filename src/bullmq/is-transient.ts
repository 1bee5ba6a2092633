import { isReadableObject, readText } from '../workflow/describe-value.ts';

/** Replies of a Redis that is starting, full, failing over or busy. Scripts wrap them in a longer message. */
export const PASSING_REPLIES =
  /\b(LOADING|BUSY|MASTERDOWN|READONLY|OOM|MISCONF|NOREPLICAS|TRYAGAIN|CLUSTERDOWN|UNBLOCKED|max number of clients)\b/;

/** Redis can't be reached. */
const UNREACHABLE = /\bE[A-Z_]{4,}\b|^Connection is closed|^Command timed out/;

/** Whether an error of a Redis client can go away by itself. Others, such as WRONGTYPE or NOAUTH, stay until someone acts. */
export function isTransient(error: unknown): boolean {
  if (!isReadableObject(error)) {
    return false;
  }
  return [readText(error, 'code'), readText(error, 'message')].some(
    (text = '') => PASSING_REPLIES.test(text) || UNREACHABLE.test(text),
  );
}
