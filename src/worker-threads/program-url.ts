import { extname } from 'node:path';

/**
 * The URL of the program a thread runs. The build replaces this file with one that has the whole program in a `data:` URL, so threads also
 * start from a bundle, which has no file beside it.
 */
export const PROGRAM_URL: string = new URL(`./thread-program${extname(import.meta.filename)}`, import.meta.url).href;
