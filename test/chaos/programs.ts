import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Conditions } from './conditions.ts';
import type { Log } from './log.ts';

/** What an owner or worker needs to know. */
export interface Setting {
  readonly seed: number;
  readonly log: string;
  readonly database: string;
  readonly redis: string;
  readonly lease: number;
}

/** What the scene tells an owner or worker while it runs. */
export interface Message {
  readonly conditions?: Conditions;
  /** Begin no more jobs. */
  readonly isLast?: boolean;
}

interface OwnSetting extends Setting {
  /** Tells this process apart from those that were killed. */
  readonly name: string;
  /** Whether it begins no jobs. */
  readonly isLast: boolean;
}

/** The setting of this process. */
export const readSetting = (): OwnSetting => JSON.parse(process.argv[2] as string);

const GOOD: Conditions = { clock: 0, commit: 0, isFull: false };

/** An owner or a worker: a process that can be killed, stopped and started again. */
export class Program {
  readonly name: string;
  readonly #program: string;
  readonly #setting: Setting;
  readonly #folder: string;
  readonly #log: Log;
  #conditions = GOOD;
  #isLast = false;
  #starts = 0;
  #process: ChildProcess;
  #isKilled = false;
  #isOver = false;

  constructor(program: 'owner' | 'worker', index: number, setting: Setting, folder: string, log: Log) {
    this.name = `${program}-${index}`;
    this.#program = fileURLToPath(new URL(`${program}.ts`, import.meta.url));
    this.#setting = setting;
    this.#folder = folder;
    this.#log = log;
    this.#process = this.#start();
  }

  /** Kills it; `start` starts another one in its place. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
  }

  /** Kills it for good, even if a fault starts it again later. */
  end(): Promise<void> {
    this.#isOver = true;
    return this.kill();
  }

  start(): void {
    if (!this.#isOver) {
      this.#process = this.#start();
    }
  }

  stop(): void {
    this.#process.kill('SIGSTOP');
  }

  continue(): void {
    this.#process.kill('SIGCONT');
  }

  change(change: Partial<Conditions>): void {
    this.#conditions = { ...this.#conditions, ...change };
    this.#send({ conditions: this.#conditions });
  }

  beginNoMore(): void {
    this.#isLast = true;
    this.#send({ isLast: true });
  }

  #send(message: Message): void {
    if (this.#process.connected) {
      // It may die meanwhile.
      this.#process.send(message, () => {});
    }
  }

  #start(): ChildProcess {
    this.#starts += 1;
    this.#isKilled = false;
    const name = `${this.name}.${this.#starts}`;
    const errors = openSync(join(this.#folder, `${this.name}.err`), 'a');
    const setting: OwnSetting = { ...this.#setting, name, isLast: this.#isLast };
    // Garbage is collected on the main thread, so that it doesn't wait for threads that have no core.
    const child = spawn(process.execPath, ['--single-threaded-gc', '--import=tsx', this.#program, JSON.stringify(setting)], {
      env: { ...process.env, CHAOS_CONDITIONS: JSON.stringify(this.#conditions) },
      stdio: ['ignore', 'ignore', errors, 'ipc'],
    });
    child.on('exit', (code, signal) => {
      if (child === this.#process && !this.#isKilled) {
        this.#log.note({ type: 'crashed', how: `${name} with ${signal ?? `code ${code}`}` });
        this.#process = this.#start();
      }
    });
    return child;
  }
}
