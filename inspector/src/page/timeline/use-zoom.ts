import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { NAME_WIDTH, ROOM_AT_END } from './measures.ts';
import type { View } from './use-view.ts';

/** Browsers don't draw anything wider, and nobody zooms in further. */
const MOST = { width: 8_000_000, pixelsPerMillisecond: 200 };

export interface Zoom {
  readonly pixelsPerMillisecond: number;
  readonly isFitted: boolean;
  readonly fit: () => void;
  /** The point at this offset from the left edge of the view stays in place. */
  readonly by: (factor: number, place?: number) => void;
}

/** The zoom level of the timeline; at first, everything fits. */
export function useZoom(duration: number, view: View, scrolled: RefObject<HTMLDivElement | null>): Zoom {
  const [chosen, setChosen] = useState<number>();
  const wantedLeft = useRef<number | undefined>(undefined);
  const fitted = Math.max(1, view.width - NAME_WIDTH - ROOM_AT_END) / duration;
  const pixelsPerMillisecond = Math.max(fitted, chosen ?? 0);
  const isFitted = pixelsPerMillisecond === fitted;
  useLayoutEffect(() => {
    if (wantedLeft.current !== undefined && scrolled.current !== null) {
      scrolled.current.scrollLeft = wantedLeft.current;
      wantedLeft.current = undefined;
    }
  });
  return {
    pixelsPerMillisecond,
    isFitted,
    fit: () => setChosen(undefined),
    by: (factor, place = NAME_WIDTH + (view.width - NAME_WIDTH) / 2) => {
      const most = Math.max(fitted, Math.min(MOST.pixelsPerMillisecond, MOST.width / duration));
      const next = Math.min(most, pixelsPerMillisecond * factor);
      const offset = place - NAME_WIDTH;
      wantedLeft.current = ((view.left + offset) / pixelsPerMillisecond) * next - offset;
      setChosen(next <= fitted ? undefined : next);
    },
  };
}
