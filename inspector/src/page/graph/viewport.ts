/** The visible part of a drawing: the position of its origin, and its scale. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 24;
const SCALES = { least: 0.05, most: 2.5 };

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Fits a whole drawing; if it would be too small to read, shows it from the top. */
export function fitted(drawing: Size, window: Size): Viewport {
  const scale = within(
    Math.min((window.width - 2 * MARGIN) / drawing.width, (window.height - 2 * MARGIN) / drawing.height),
    SCALES.least,
    1,
  );
  return {
    x: (window.width - drawing.width * scale) / 2,
    y: Math.max(MARGIN, Math.min(80, (window.height - drawing.height * scale) / 2)),
    scale,
  };
}

/** Zooms a drawing around a point of the window. */
export function zoomed({ x, y, scale }: Viewport, factor: number, at: { readonly x: number; readonly y: number }): Viewport {
  const next = within(scale * factor, SCALES.least, SCALES.most);
  return { x: at.x - ((at.x - x) * next) / scale, y: at.y - ((at.y - y) * next) / scale, scale: next };
}

/** Moves a drawing just enough to make a part of it visible. */
export function revealing(
  { x, y, scale }: Viewport,
  part: { readonly x: number; readonly y: number } & Size,
  window: Size,
): Viewport {
  const shift = (from: number, length: number, size: number) => {
    const before = MARGIN - from;
    const after = size - MARGIN - (from + length);
    return before > 0 ? before : Math.min(0, after);
  };
  return {
    x: x + shift(x + part.x * scale, part.width * scale, window.width),
    y: y + shift(y + part.y * scale, part.height * scale, window.height),
    scale,
  };
}
