const pen = document.createElement('canvas').getContext('2d');

/** The fonts of the graph. */
export const FONTS = { name: '600 13px system-ui, sans-serif', state: '12px system-ui, sans-serif' };

export function textWidth(text: string, font: string): number {
  if (pen === null) {
    return text.length * 7;
  }
  pen.font = font;
  return pen.measureText(text).width;
}

/** A text shortened in the middle to fit: names often differ at their ends. */
export function fittedText(text: string, width: number, font: string): string {
  if (textWidth(text, font) <= width) {
    return text;
  }
  const characters = [...text];
  let [least, most] = [0, characters.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (textWidth(shortened(characters, middle), font) <= width) {
      least = middle;
    } else {
      most = middle - 1;
    }
  }
  return shortened(characters, least);
}

function shortened(characters: readonly string[], length: number): string {
  const end = Math.floor(length / 2);
  return `${characters.slice(0, length - end).join('')}…${end === 0 ? '' : characters.slice(-end).join('')}`;
}
