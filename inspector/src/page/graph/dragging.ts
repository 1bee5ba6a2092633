import { type Viewport, zoomed } from './viewport.ts';

type Change = (next: (before: Viewport) => Viewport) => void;

const WHEEL = 0.0015;
/** A pointer that moves less than this, in pixels, is not a drag. */
const STILL = 4;

/** Lets you drag an element with a pointer, and zoom it with a wheel or two fingers; returns a function that stops this. */
export function dragging(element: HTMLElement, change: Change): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  const here = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    change((before) => zoomed(before, Math.exp(-event.deltaY * lines * WHEEL), here(event)));
  };
  const onDown = (event: PointerEvent) => {
    if (event.button === 0 && !(event.target as Element).closest('button')) {
      pointers.set(event.pointerId, here(event));
      moved = 0;
    }
  };
  const onMove = (event: PointerEvent) => {
    const from = pointers.get(event.pointerId);
    if (from === undefined) {
      return;
    }
    const to = here(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, to);
    moved += distance(from, to);
    if (other === undefined) {
      change(({ x, y, scale }) => ({ x: x + to.x - from.x, y: y + to.y - from.y, scale }));
    } else {
      change((before) => zoomed(before, distance(to, other) / Math.max(1, distance(from, other)), other));
    }
  };
  const onUp = (event: PointerEvent) => pointers.delete(event.pointerId);

  const onClick = (event: MouseEvent) => moved > STILL && event.stopPropagation();

  const controller = new AbortController();
  const { signal } = controller;
  element.addEventListener('wheel', onWheel, { passive: false, signal });
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('click', onClick, { capture: true, signal });
  // A pointer may leave the element and come back.
  addEventListener('pointermove', onMove, { signal });
  addEventListener('pointerup', onUp, { signal });
  addEventListener('pointercancel', onUp, { signal });
  return () => controller.abort();
}

const distance = (one: { x: number; y: number }, other: { x: number; y: number }): number =>
  Math.hypot(one.x - other.x, one.y - other.y);
