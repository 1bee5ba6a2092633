import { useEffect, useRef } from 'preact/hooks';

/** What to do at keys, by their names. */
export type Keys = Readonly<Record<string, () => void>>;

/** Does something at keys, wherever the focus is, except where one types. */
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

/** Keys with Ctrl are the browser's; in a field one types, and in a dialog one is busy with that. */
function isTaken({ ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  const isElsewhere = target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
  return ctrlKey || metaKey || altKey || isElsewhere;
}
