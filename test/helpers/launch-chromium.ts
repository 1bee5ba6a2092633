import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

export const executablePath = findChromium();

/** How long Chromium may take for anything on a busy machine, in milliseconds. */
export const PATIENCE = 300_000;

export async function launchChromium(): Promise<Browser> {
  if (!executablePath) throw new Error('CI needs Chromium: install it, or name it in CHROMIUM_PATH');
  return chromium.launch({
    executablePath,
    timeout: PATIENCE,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium has no sandbox for root, as whom containers often run tests.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}

function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  const folders = PATH.split(delimiter).flatMap((folder) =>
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)),
  );
  return [CHROMIUM_PATH, ...folders].find((path) => path && existsSync(path));
}
