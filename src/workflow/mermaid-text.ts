/** Escapes everything in a text that has a meaning in Mermaid. */
export const mermaidText = (text: string): string =>
  text.replace(/["#;:<>&`\\\n\r]/g, (character) => `#${character.charCodeAt(0)};`);
