/** The maximum length of a line before it wraps, and of a word; the tooltip has the full text. */
const LONGEST = { line: 30, word: 48 };

/** A text on one line, with visible signs for control characters. */
export function shownText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names may have them.
  const visible = text.replace(/[\u0000-\u001f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)));
  const characters = [...visible];
  return characters.length > LONGEST.word ? `${characters.slice(0, LONGEST.word - 1).join('')}…` : visible;
}

/** A text wrapped at words. */
export function shownLines(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LONGEST.line) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].slice(0, MOST_LINES).map(shownText);
}

const MOST_LINES = 6;
