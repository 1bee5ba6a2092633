/** What examples/cpu.ts has done in threads. */
import type { TaskExecution } from 'tintype';

export function countPrimes({ limit }: { limit: number }, { isActive }: TaskExecution): { primes: number } {
  let primes = 0;
  // It never gives way, and yet learns when nobody wants the result any more.
  for (let number = 2; number < limit && isActive(); number += 1) {
    primes += isPrime(number) ? 1 : 0;
  }
  return { primes };
}

/** Looks for an even number that is no sum of two primes. Nobody knows of one, and it does not ask whether to go on. */
export function refuteGoldbach(): { refuted: number } {
  let even = 4;
  while (isSumOfTwoPrimes(even)) {
    even += 2;
  }
  return { refuted: even };
}

function isSumOfTwoPrimes(number: number): boolean {
  for (let part = 2; part <= number / 2; part += 1) {
    if (isPrime(part) && isPrime(number - part)) {
      return true;
    }
  }
  return false;
}

function isPrime(number: number): boolean {
  for (let factor = 2; factor * factor <= number; factor += 1) {
    if (number % factor === 0) {
      return false;
    }
  }
  return true;
}
