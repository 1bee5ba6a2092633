import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Whether a file of TypeScript, in a package of CommonJS, is written as an ES module. `npm init` makes packages of CommonJS. */
export const hasModuleSyntax = (url: string): boolean =>
  /\.tsx?$/.test(url) &&
  !url.includes('/node_modules/') &&
  /^\s*(import\b(?!\s*\()|export\b(?!\s*=))/m.test(readFileSync(fileURLToPath(url), 'utf8'));
