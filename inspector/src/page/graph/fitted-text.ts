const pen = document.createElement('canvas').getContext('2d');

/** How wide a text is in the font of the names in the graph. */
export function textWidth(text: string): number {
  if (pen === null) {
    return text.length * 7;
  }
  pen.font = '600 13px system-ui, sans-serif';
  return pen.measureText(text).width;
}

/** A text, with what is too much left out of its middle: names often differ at their ends. */
export function fittedText(text: string, width: number): string {
  if (textWidth(text) <= width) {
    return text;
  }
  const characters = [...text];
  let [least, most] = [0, characters.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (textWidth(shortened(characters, middle)) <= width) {
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
