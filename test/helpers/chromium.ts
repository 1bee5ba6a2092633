import test from 'ava';
import { executablePath } from './launch-chromium.ts';

export { launchChromium, PATIENCE } from './launch-chromium.ts';

/** A developer may do without a browser; in CI it must be there, and a missing one is a failure. */
export const inBrowser = executablePath || process.env.CI ? test : test.skip;
if (!executablePath) console.log('No Chromium on PATH, and CHROMIUM_PATH names none: tests in a browser are not run.');
