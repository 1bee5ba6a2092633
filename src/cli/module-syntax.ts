import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Whether a TypeScript file in a CommonJS package, such as `npm init` creates, is written as an ES module. */
export const hasModuleSyntax = (url: string): boolean =>
  /\.tsx?$/.test(url) &&
  !url.includes('/node_modules/') &&
  /^\s*(import\b(?!\s*\()|export\b(?!\s*=))/m.test(readFileSync(fileURLToPath(url), 'utf8'));
