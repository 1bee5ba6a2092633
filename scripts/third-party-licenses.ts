import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** The licenses of packages that ship none, or that contain more than their own says. */
const TEXTS: Readonly<Record<string, string>> = { '@viz-js/viz': 'viz-js.txt', '@xstate/inspect': 'xstate-inspect.txt' };

const INTRODUCTION = 'This package includes code of the packages below, each under its own license.';

/**
 * Collects the licenses of all packages that esbuild put into a bundle.
 * @param metafile of a build that ran in the current folder
 * @throws {Error} when a package has no license text
 */
export async function thirdPartyLicenses({ outputs }: Metafile): Promise<string> {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const bundled = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => packageFolder(file));
  const folders = [...new Set(bundled.filter((folder) => folder !== undefined))].sort();
  const sections = await Promise.all(folders.map(section));
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

/** The folder of the package that a file is in, unless that is this project. */
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
