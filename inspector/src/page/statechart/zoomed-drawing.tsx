import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Drawing, type DrawingProps, sizeOf } from './drawing.tsx';
import { revealActive } from './reveal-active.ts';

/** Below this scale, the texts of a fitted drawing would be too small to read, so it scrolls instead. */
const SMALLEST = 0.75;
const STEP = 1.25;
const LIMITS = { least: 0.3, most: 4 };

/** A chart that fits its container, or has the size you choose. */
export function ZoomedDrawing(props: DrawingProps): JSX.Element {
  const [zoom, setZoom] = useState<number>();
  const { width } = sizeOf(props.layout);
  const scrolled = useRef<HTMLElement>(null);
  // Only for a new drawing, so your scroll position is kept.
  useLayoutEffect(() => {
    if (scrolled.current !== null) {
      revealActive(scrolled.current);
    }
  }, [props.layout]);
  const by = (factor: number) => setZoom(Math.min(LIMITS.most, Math.max(LIMITS.least, (zoom ?? 1) * factor)));
  const style =
    zoom === undefined
      ? { width: '100%', minWidth: `${width * SMALLEST}px`, maxWidth: `${width}px` }
      : { width: `${width * zoom}px` };
  return (
    <div class="statechart">
      <fieldset class="statechart-zoom" aria-label="Zoom">
        <button type="button" aria-label="Zoom out" onClick={() => by(1 / STEP)}>
          −
        </button>
        <button type="button" aria-pressed={zoom === undefined} onClick={() => setZoom(undefined)}>
          Fit
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => by(STEP)}>
          +
        </button>
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard. */}
      <section ref={scrolled} class="statechart-scroll" aria-label={`${props.label} (scrollable)`} tabIndex={0}>
        <div style={style}>
          <Drawing {...props} />
        </div>
      </section>
    </div>
  );
}
