import { isReadableObject, readText } from '../../values/describe-value.ts';

/** Replies of a Redis that is starting, full, failing over or busy. Scripts wrap them in a longer message. */
export const PASSING_REPLIES =
  /\b(LOADING|BUSY|MASTERDOWN|READONLY|OOM|MISCONF|NOREPLICAS|TRYAGAIN|CLUSTERDOWN|UNBLOCKED|max number of clients)\b/;

/** Redis can't be reached. */
const UNREACHABLE = /\bE[A-Z_]{4,}\b|^Connection is closed|^Command timed out/;

/** Redis doesn't let this user, or this password, do what is needed. */
const FORBIDDEN = /\b(NOAUTH|WRONGPASS|NOPERM)\b/;

/** Whether nothing works until someone corrects the password or the permissions. */
export const isForbidden = ({ message }: Error): boolean => FORBIDDEN.test(message);

/** Whether an error of a Redis client can go away by itself. Others, such as WRONGTYPE or NOAUTH, stay until someone acts. */
export function isTransient(error: unknown): boolean {
  if (!isReadableObject(error)) {
    return false;
  }
  return [readText(error, 'code'), readText(error, 'message')].some(
    (text = '') => PASSING_REPLIES.test(text) || UNREACHABLE.test(text),
  );
}
