/** Scrolls a container to its innermost active state, without scrolling anything around it. */
export function revealActive(scrolled: HTMLElement): void {
  const state = [...scrolled.querySelectorAll('.active')].at(-1);
  if (state === undefined) {
    return;
  }
  const [inner, outer] = [state.getBoundingClientRect(), scrolled.getBoundingClientRect()];
  scrolled.scrollLeft += overhang([inner.left, inner.right], [outer.left, outer.right]);
  scrolled.scrollTop += overhang([inner.top, inner.bottom], [outer.top, outer.bottom]);
}

type Range = readonly [start: number, end: number];

/** How far to move a range to make it visible; 0 if it already is. */
function overhang(inner: Range, outer: Range): number {
  const isSeen = inner[0] >= outer[0] && inner[1] <= outer[1];
  return isSeen ? 0 : (inner[0] + inner[1] - outer[0] - outer[1]) / 2;
}
