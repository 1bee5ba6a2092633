/** Prints the number of words in the README, and the broken links of both packages; fails on a long README or a broken link. */
import { readFile } from 'node:fs/promises';
import { brokenLinks } from './broken-links.ts';

const MOST_WORDS = 1800;

// As `wc -w` counts, code included.
const words = (await readFile('README.md', 'utf8')).split(/\s+/).filter((word) => word !== '').length;
console.log(`README.md: ${words} words of at most ${MOST_WORDS}`);

const broken = [...(await brokenLinks('.')), ...(await brokenLinks('inspector'))];
for (const link of broken) console.log(link);
console.log(`Broken links: ${broken.length}`);

if (words > MOST_WORDS || broken.length > 0) process.exitCode = 1;
