import { readFile } from 'node:fs/promises';

/** The content of the page: a live process, or a recording. */
export type PageContent =
  | { readonly live: true; readonly allowControl: boolean }
  | {
      readonly live: false /** Messages of `@xstate/inspect`, as gzipped JSON, in base64. */;
      readonly messages: string;
    };

/** The placeholder for the content in the page. */
const PLACE = '"tintype-content"';

/** Returns the page, a single self-contained file. */
export async function pageWith(content: PageContent): Promise<string> {
  const page = await readFile(new URL('../dist/page.html', import.meta.url), 'utf8');
  const [before, after] = page.split(PLACE) as [string, string];
  // In HTML, a script ends at anything that looks like its end tag.
  return `${before}${JSON.stringify(content).replaceAll('<', '\\u003c')}${after}`;
}
