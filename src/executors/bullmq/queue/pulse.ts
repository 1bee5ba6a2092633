/** How many beats in a row Redis may stay silent. */
const BEATS = 10;

interface Pulsing {
  readonly ping: () => Promise<unknown>;
  /** How long Redis may stay silent, in milliseconds. */
  readonly limit: number;
  /** Called at each beat. */
  readonly onBeat: (isSilent: boolean) => void;
}

/**
 * Checks whether Redis answers. It counts beats instead of measuring time: a process that was paused for an hour has missed one beat,
 * and finds the answers that came meanwhile.
 */
export class Pulse {
  readonly #pulsing: Pulsing;
  #timer: NodeJS.Timeout | undefined;
  #isWaiting = false;

  constructor(pulsing: Pulsing) {
    this.#pulsing = pulsing;
  }

  /** Whether so many silent beats are too many. */
  static isOver(silentBeats: number): boolean {
    return silentBeats >= BEATS;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#beat(), Math.max(1, this.#pulsing.limit / BEATS));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    const { ping, onBeat } = this.#pulsing;
    const isSilent = this.#isWaiting;
    if (!isSilent) {
      this.#isWaiting = true;
      const answered = () => {
        this.#isWaiting = false;
      };
      ping().then(answered, answered);
    }
    onBeat(isSilent);
  }
}
