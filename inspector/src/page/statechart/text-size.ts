/** The fonts of a chart, in pixels. */
export const NAME = { size: 14, weight: 600, height: 20 } as const;
export const LINE = { size: 12, weight: 400, height: 16 } as const;

export type Font = typeof NAME | typeof LINE;

/** Measures the width of a text, in pixels. */
export type Measure = (text: string, font: Font) => number;

/** Measures the actual widths in the page. */
export function measureInPage(family: string): Measure {
  const context = document.createElement('canvas').getContext('2d');
  return context === null
    ? estimate
    : (text, { size, weight }) => {
        context.font = `${weight} ${size}px ${family}`;
        return context.measureText(text).width;
      };
}

/** An estimate for when nothing can be measured; errs on the wide side. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is a range of what is narrow.
export const estimate: Measure = (text, { size }) => [...text].length * size * (/^[\u0000-\u024f]*$/.test(text) ? 0.62 : 1.05);
