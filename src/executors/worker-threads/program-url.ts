import { extname } from 'node:path';

/**
 * The URL of the program a thread runs. The build replaces this file with one that inlines the program as a `data:` URL, because a bundle has
 * no other file next to it.
 */
export const PROGRAM_URL: string = new URL(`./thread-program${extname(import.meta.filename)}`, import.meta.url).href;
