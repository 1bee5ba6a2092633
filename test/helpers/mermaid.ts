import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, PATIENCE } from './chromium.ts';
import { executablePath } from './launch-chromium.ts';

const SCRIPT = fileURLToPath(import.meta.resolve('mermaid/dist/mermaid.min.js'));
const TEXTS = '.nodeLabel, .edgeLabel, .cluster-label, .noteText, .messageText, text.actor';

interface Renderer {
  readonly browser: Browser;
  readonly page: Page;
}

let opening: Promise<Renderer> | undefined;

async function open(): Promise<Renderer> {
  const browser = await launchChromium();
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.addScriptTag({ path: SCRIPT });
  return { browser, page };
}

test.after.always('Mermaid is closed', async () => {
  await (await opening)?.browser.close();
});

/**
 * Renders a diagram with the real Mermaid, in Chromium.
 * @returns its texts, each on one line
 * @throws what Mermaid reports
 */
export async function textsInMermaid(diagram: string): Promise<readonly string[]> {
  opening ??= open();
  const { page } = await opening;
  const { error, texts } = await page.evaluate(
    async ([source, selector]) => {
      const { mermaid } = globalThis as unknown as { mermaid: { render(id: string, text: string): Promise<{ svg: string }> } };
      try {
        const { svg } = await mermaid.render('drawing', source);
        const drawn = new DOMParser().parseFromString(svg, 'text/html').querySelectorAll(selector);
        return { texts: [...drawn].map(({ textContent }) => textContent ?? '') };
      } catch (thrown) {
        return { error: String(thrown) };
      }
    },
    [diagram, TEXTS] as const,
  );
  if (texts === undefined) {
    throw new Error(`Mermaid refuses this diagram: ${error}\n${diagram}`);
  }
  return texts.map(onOneLine);
}

/** As `textsInMermaid` returns texts, whose white space Mermaid may change. */
export const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Passes if the real Mermaid renders the diagram. A developer may do without the browser that this needs; CI may not. */
export async function parsesInMermaid(t: ExecutionContext, diagram: string): Promise<void> {
  if (executablePath || process.env.CI) {
    await t.notThrowsAsync(textsInMermaid(diagram));
  } else {
    t.pass();
  }
}
