import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { npm } from '../../scripts/node-binary.ts';

/** A TypeScript block of the README, as a reader would use it. */
interface Snippet {
  readonly file: string;
  readonly code: string;
  /** The packages that the install lines before it name, in `npm install` syntax. */
  readonly packages: readonly string[];
  /** The output the README shows below it. */
  readonly output: string | undefined;
}

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

function snippets(): Snippet[] {
  const found: Snippet[] = [];
  let always: readonly string[] = [];
  let since: string[] = [];
  for (const [, language, block = ''] of readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
    if (language === 'sh') {
      since.push(...[...block.matchAll(/^npm install ([^#\n]+)/gm)].flatMap(([, names = '']) => names.trim().split(/ +/)));
    } else if (language === 'ts') {
      const file = /^\/\/ (\S+)\n/.exec(block)?.[1];
      if (file === undefined) throw new Error(`A block of the README doesn't name its file in the first line:\n${block}`);
      if (found.length === 0) always = since;
      found.push({ file, code: block, packages: [...new Set([...always, ...since])], output: undefined });
      since = [];
    } else {
      const last = found.pop();
      if (last) found.push({ ...last, output: block });
    }
  }
  return found;
}

const all = snippets();
let folder: string;
const tarballs = new Map<string, string>();

test.before('the packages are packed', async () => {
  folder = await mkdtemp(join(tmpdir(), 'tintype-readme-'));
  for (const source of ['.', './inspector']) {
    const [{ filename }] = JSON.parse(npm('pack', source, '--json', '--ignore-scripts', `--pack-destination=${folder}`));
    tarballs.set(`./${filename}`, join(folder, filename));
  }
});

test.after.always('the projects are removed', () => rm(folder, { recursive: true, force: true }));

test('the README has complete blocks, and one shows its whole output', (t) => {
  t.true(all.length > 4);
  t.truthy(all[0]?.output);
});

for (const [index, { file, code, packages, output }] of all.entries()) {
  test.serial(`${file} runs in an empty project, as the README shows it`, async (t) => {
    const project = join(folder, String(index));
    await mkdir(project);
    execFileSync('npm', ['init', '-y'], { cwd: project, stdio: 'ignore' });
    const flags = packages.filter((name) => name.startsWith('-'));
    const names = packages.filter((name) => !name.startsWith('-')).map((name) => tarballs.get(name) ?? name);
    npm('install', `--prefix=${project}`, '--prefer-offline', '--no-audit', '--no-fund', ...flags, ...names);
    await writeFile(join(project, file), code);
    const { stdout, stderr, status } = spawnSync('npx', ['tsx', file], { cwd: project, encoding: 'utf8' });
    t.is(stderr, '');
    t.is(status, 0);
    t.not(stdout.trim(), '');
    if (output !== undefined) t.true(stdout.includes(output.trim()), stdout);
    if (index === 0) t.is(stdout, output ?? '');
  });
}
