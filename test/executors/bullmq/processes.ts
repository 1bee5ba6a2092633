import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';

/** Starts a program beside this file in a process of its own; it is killed at the end of the test. */
export function startProgram(t: ExecutionContext, program: string, settings: object): ChildProcess {
  const url = new URL(program, import.meta.url);
  const child = fork(url, [JSON.stringify(settings)], { execArgv: ['--import=tsx'] });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

/** The next message that a program sends. */
export async function messageOf<Message>(...programs: readonly ChildProcess[]): Promise<Message> {
  const [message] = await Promise.race(programs.map((program) => once(program, 'message')));
  return message as Message;
}
