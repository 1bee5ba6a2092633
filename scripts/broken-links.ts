import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** Finds broken relative links in a package's Markdown: to missing files, to missing headings, or out of the package. */
export async function brokenLinks(root: string): Promise<string[]> {
  const broken: string[] = [];
  for (const page of await pagesOf(root)) {
    for (const link of linksIn(await readFile(join(root, page), 'utf8'))) {
      const problem = await problemWith(link, page, root);
      if (problem !== undefined) broken.push(`${page} links to ${link}: ${problem}`);
    }
  }
  return broken;
}

/** The Markdown files in the root of a package and in docs. */
async function pagesOf(root: string): Promise<string[]> {
  const folders = ['.', 'docs'].filter((folder) => existsSync(join(root, folder)));
  const files = await Promise.all(
    folders.map(async (folder) => (await readdir(join(root, folder))).map((name) => join(folder, name))),
  );
  return files.flat().filter((file) => file.endsWith('.md'));
}

/** The targets of links and images, without those on other sites. */
function linksIn(markdown: string): string[] {
  const matches = withoutCode(markdown).matchAll(
    /\]\(\s*<?([^)\s>]+)|^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)|\b(?:href|src)="([^"]+)"/gm,
  );
  const targets = [...matches].map(([, inline, reference, html]) => inline ?? reference ?? html ?? '');
  return targets.filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

async function problemWith(link: string, page: string, root: string): Promise<string | undefined> {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path));
  if (path.startsWith('/') || relative(root, file).startsWith('..')) return 'it leads out of the package';
  if (!existsSync(file)) return 'there is no such file';
  if (anchor === undefined || !file.endsWith('.md')) return undefined;
  return anchorsIn(await readFile(file, 'utf8')).has(anchor) ? undefined : 'there is no such heading';
}

/** The anchors GitHub and npm generate for headings. */
function anchorsIn(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

const withoutBlocks = (markdown: string): string => markdown.replaceAll(/^ *(```+|~~~+)[^\n]*\n.*?^ *\1/gms, '');
const withoutCode = (markdown: string): string => withoutBlocks(markdown).replaceAll(/(`+)[^`]+\1/g, '');
