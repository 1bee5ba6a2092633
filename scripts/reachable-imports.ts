import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'oxc-parser';

/** Follows the relative imports of an entry file and returns everything else it imports on the way, types included. */
export async function reachableImports(entry: string): Promise<Set<string>> {
  const files = new Set([resolve(entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const name of await importsOf(file)) {
      if (name.startsWith('.')) files.add(resolve(dirname(file), name));
      else packages.add(name);
    }
  }
  return packages;
}

/** What a file imports, types included. */
export async function importsOf(file: string): Promise<string[]> {
  const source = await readFile(file, 'utf8');
  const { module } = await parse(file, source);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => source.slice(start + 1, end - 1)),
  ];
}
