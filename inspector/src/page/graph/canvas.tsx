import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../parts/use-keys.ts';
import { dragging } from './dragging.ts';
import type { Point } from './layout.ts';
import { fitted, revealing, type Size, type Viewport, zoomed } from './viewport.ts';

/** Below this scale, text is unreadable. */
const FAR = 0.4;
const STEP = 1.25;

/** A drawing you can pan and zoom. */
export function Canvas(props: {
  readonly size: Size;
  /** Scrolled into view whenever it changes. */
  readonly shown: (Point & Size) | undefined;
  /** Attributes of the SVG. */
  readonly drawing: JSX.IntrinsicElements['svg'];
  readonly children: ComponentChildren;
}) {
  const { size, shown, drawing, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState<Viewport>({ x: 0, y: 0, scale: 1 });
  const windowSize = (): Size => ({ width: box.current?.clientWidth ?? 0, height: box.current?.clientHeight ?? 0 });
  const zoomInMiddle = (factor: number) => {
    const { width, height } = windowSize();
    setViewport((before) => zoomed(before, factor, { x: width / 2, y: height / 2 }));
  };
  const larger = () => zoomInMiddle(STEP);
  const smaller = () => zoomInMiddle(1 / STEP);
  const fitAll = () => setViewport(fitted(size, windowSize()));

  useLayoutEffect(fitAll, [size.width, size.height]);
  useEffect(() => {
    if (shown !== undefined) {
      setViewport((before) => revealing(before, shown, windowSize()));
    }
  }, [shown]);
  useEffect(() => (box.current === null ? undefined : dragging(box.current, setViewport)), []);
  useKeys({ '+': larger, '=': larger, '-': smaller, '0': fitAll });

  const { x, y, scale } = viewport;
  return (
    <div class="canvas" ref={box}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: its label is among its attributes */}
      <svg {...drawing} class={scale < FAR ? 'drawing far' : 'drawing'}>
        <g transform={`translate(${x} ${y}) scale(${scale})`}>{children}</g>
      </svg>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div class="zoom" role="group" aria-label="Zoom">
        <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={larger}>
          +
        </button>
        <button type="button" title="Zoom out (-)" aria-label="Zoom out" onClick={smaller}>
          −
        </button>
        <button type="button" title="Fit to window (0)" onClick={fitAll}>
          Fit
        </button>
      </div>
    </div>
  );
}
