import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { brokenLinks } from '../scripts/broken-links.ts';

for (const folder of ['.', 'inspector']) {
  test(`every relative link and anchor in the pages of ${folder} resolves`, async (t) => {
    t.deepEqual(await brokenLinks(folder), []);
  });
}

test('links to missing files, missing headings and places outside of the package are found', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-links-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'docs'));
  await writeFile(
    join(folder, 'docs', 'a page.md'),
    '# `run(job)`: what, why?\n## Twice\n## Twice\n```sh\n# no heading\n```\n',
  );
  const good = ['docs/a%20page.md#runjob-what-why', 'docs/a%20page.md#twice-1', '#top', 'docs', 'https://example.com/x#y'];
  const bad = ['docs/a%20page.md#no-heading', 'docs/missing.md', '#missing', '../outside.md', '/docs'];
  const inCode = '`[code](nothing.md)`\n```md\n[code](nothing.md)\n```\n';
  const links = [...good, ...bad].map((link) => `[link](${link})`).join('\n');
  await writeFile(join(folder, 'README.md'), `# Top\n${inCode}${links}\n<img src="missing.png">\n\n[name]: missing.txt\n`);
  const found = await brokenLinks(folder);
  t.deepEqual(
    found.map((line) => line.match(/links to (\S+):/)?.[1]),
    [...bad, 'missing.png', 'missing.txt'],
  );
});
