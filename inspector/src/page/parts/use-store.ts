import { useEffect, useState } from 'preact/hooks';
import type { Store } from '../model/store.ts';

/** Rerenders after changes, at most once per frame. */
export function useStore(store: Store): void {
  const [, setVersion] = useState(store.version);
  useEffect(() => {
    let frame = 0;
    const update = () => {
      frame = 0;
      setVersion(store.version);
    };
    const unsubscribe = store.subscribe(() => {
      frame ||= requestAnimationFrame(update);
    });
    update();
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
    };
  }, [store]);
}
