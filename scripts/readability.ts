/** Prints the README's word count and the broken links in both packages. Fails if the README is too long or a link is broken. */
import { readFile } from 'node:fs/promises';
import { brokenLinks } from './broken-links.ts';

const MOST_WORDS = 1800;

// Counts like `wc -w`, code included.
const words = (await readFile('README.md', 'utf8')).split(/\s+/).filter((word) => word !== '').length;
console.log(`README.md: ${words} words of at most ${MOST_WORDS}`);

const broken = [...(await brokenLinks('.')), ...(await brokenLinks('inspector'))];
for (const link of broken) console.log(link);
console.log(`Broken links: ${broken.length}`);

if (words > MOST_WORDS || broken.length > 0) process.exitCode = 1;
