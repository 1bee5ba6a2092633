import { readFile } from 'node:fs/promises';

/** What the page is about: a process to ask, or what has happened. */
export type PageContent =
  | { readonly live: true; readonly allowControl: boolean }
  | {
      readonly live: false /** Messages of `@xstate/inspect`, as JSON, compressed by gzip, in base64. */;
      readonly messages: string;
    };

/** Stands in the page where its content is to be. */
const PLACE = '"tintype-content"';

/** Gives the page, which is one file that needs no other. */
export async function pageWith(content: PageContent): Promise<string> {
  const page = await readFile(new URL('../dist/page.html', import.meta.url), 'utf8');
  const [before, after] = page.split(PLACE) as [string, string];
  // In HTML, a script ends at what looks like its end.
  return `${before}${JSON.stringify(content).replaceAll('<', '\\u003c')}${after}`;
}
