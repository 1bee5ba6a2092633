import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** License texts for packages that don't ship one, or that contain other software. */
const TEXTS: Readonly<Record<string, string>> = { '@viz-js/viz': 'viz-js.txt', '@xstate/inspect': 'xstate-inspect.txt' };

const INTRODUCTION = 'This package includes code of the packages below, each under its own license.';

/**
 * Returns the license texts of all packages in a bundle, for a file next to it.
 * @param files everything in the bundle
 * @throws {Error} when a package has no license text
 */
export async function thirdPartyLicenses(files: readonly string[]): Promise<string> {
  const folders = [...new Set(files.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const sections = await Promise.all(folders.map(section));
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

/** The folder of the package a file belongs to; `undefined` for this project's own files. */
const packageFolder = (file: string): string | undefined => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];

async function section(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return `## ${name} ${version} (${license})\n\n${(await licenseText(name, folder)).trim()}`;
}

async function licenseText(name: string, folder: string): Promise<string> {
  const known = TEXTS[name];
  if (known !== undefined) return readFile(new URL(`licenses/${known}`, import.meta.url), 'utf8');
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no license file: add its text to scripts/licenses`);
  return readFile(join(folder, file), 'utf8');
}
