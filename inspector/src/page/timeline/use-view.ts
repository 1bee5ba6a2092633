import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The visible part of a scrolling element. */
export interface View {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

export function useView(): { ref: RefObject<HTMLDivElement | null>; view: View; look: () => void } {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({ top: 0, left: 0, width: 0, height: 0 });
  const look = () => {
    const element = ref.current;
    if (element !== null) {
      const { scrollTop: top, scrollLeft: left, clientWidth: width, clientHeight: height } = element;
      setView((old) => (same(old, { top, left, width, height }) ? old : { top, left, width, height }));
    }
  };
  useLayoutEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(ref.current as HTMLDivElement);
    look();
    return () => observer.disconnect();
  }, []);
  return { ref, view, look };
}

const same = (one: View, other: View): boolean =>
  one.top === other.top && one.left === other.left && one.width === other.width && one.height === other.height;
