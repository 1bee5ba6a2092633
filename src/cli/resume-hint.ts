import { PLACE_VARIABLES } from './place-variables.ts';

/** The flags of a run that its resume needs too. */
interface ResumedFlags {
  readonly store: string;
  readonly redis?: string;
  readonly queue?: string;
}

/** The command that continues a job of a file, to paste into a shell. It doesn't show passwords. */
export function resumeCommandOf(file: string, { store, redis, queue }: ResumedFlags): (id: string) => string {
  // What is in the environment needn't be repeated.
  const place = (flag: 'store' | 'redis', value = '') =>
    value === process.env[PLACE_VARIABLES[flag]] ? '' : withoutPassword(value);
  const flags = { store: place('store', store), redis: place('redis', redis), queue };
  return (id) => {
    const words = Object.entries({ ...flags, id }).flatMap(([name, value]) => (value ? [`--${name}`, quoted(value)] : []));
    return [COMMAND, 'resume', quoted(file), ...words].join(' ');
  };
}

/** The command as the user called it. */
const COMMAND = process.env.npm_command === 'exec' ? 'npx tintype' : 'tintype';

const withoutPassword = (place: string): string => place.replace(/^(rediss?:\/\/[^:@/]*:)[^/]*@/i, '$1***@');

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
