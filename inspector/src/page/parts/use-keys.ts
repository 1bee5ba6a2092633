import { useEffect, useRef } from 'preact/hooks';

/** Key handlers, by key name. */
export type Keys = Readonly<Record<string, () => void>>;

/** Handles keys wherever the focus is, except in text fields. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const action = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (action !== undefined && !event.defaultPrevented && !isTaken(event)) {
        event.preventDefault();
        action();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** Shortcuts with Ctrl belong to the browser, and fields and dialogs handle their own keys. */
function isTaken({ ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  const isElsewhere = target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
  return ctrlKey || metaKey || altKey || isElsewhere;
}
