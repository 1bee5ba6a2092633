/** How long a line in a chart gets before it goes on below, and how long a word may get; what points at it tells all. */
const LONGEST = { line: 30, word: 48 };

/** A text in one line: signs stand for what can't be seen, or would break it. */
export function shownText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names may have them.
  const visible = text.replace(/[\u0000-\u001f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)));
  const characters = [...visible];
  return characters.length > LONGEST.word ? `${characters.slice(0, LONGEST.word - 1).join('')}…` : visible;
}

/** A text in lines that are not too long, as far as its words allow. */
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
