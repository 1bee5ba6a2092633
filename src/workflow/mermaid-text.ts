/**
 * Everything that means something in a Mermaid diagram: quotes, separators and tags, comments and directives (`%%`), Markdown,
 * math (`$$`), a fork (`[[`), and `direction TB`, which Mermaid obeys even inside a label.
 */
const SPECIAL = /["#;:<>&`\\\n\r*]|([%$[])(?=\1)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|(?<=direction)\s/giu;

/** Escapes everything in a text that has a meaning in Mermaid. A symbol replaces NUL, which SVG can't hold. */
export const mermaidText = (text: string): string =>
  text.replaceAll('\0', '\u2400').replace(SPECIAL, (character) => `#${character.charCodeAt(0)};`);
