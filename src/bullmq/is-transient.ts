import { isReadableObject, readText } from '../workflow/describe-value.ts';

/** Redis is starting, full, failing over or busy, or can't be reached. Scripts report such errors of theirs inside a longer message. */
const TRANSIENT =
  /\b(LOADING|BUSY|MASTERDOWN|READONLY|OOM|MISCONF|NOREPLICAS|TRYAGAIN|CLUSTERDOWN|E[A-Z_]{4,})\b|^Connection is closed|^Command timed out/;

/** Whether an error of a Redis client can go away by itself. Others, such as WRONGTYPE or NOAUTH, stay until someone acts. */
export function isTransient(error: unknown): boolean {
  if (!isReadableObject(error)) {
    return false;
  }
  return TRANSIENT.test(readText(error, 'code') ?? '') || TRANSIENT.test(readText(error, 'message') ?? '');
}
