/** Text in which Mermaid finds nothing of its own. */
export const mermaidText = (text: string): string =>
  text.replace(/["#;:<>&`\\\n\r]/g, (character) => `#${character.charCodeAt(0)};`);
