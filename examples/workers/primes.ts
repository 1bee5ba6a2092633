/** The functions that examples/cpu.ts runs in threads. */
import type { TaskExecution } from 'tintype';

export function countPrimes({ limit }: { limit: number }, { isActive }: TaskExecution): { primes: number } {
  let primes = 0;
  // This loop never yields, yet it still finds out when its result is no longer wanted.
  for (let number = 2; number < limit && isActive(); number += 1) {
    primes += isPrime(number) ? 1 : 0;
  }
  return { primes };
}

/**
 * Looks for an even number that is not the sum of two primes. No such number is known, and the loop never checks whether to
 * continue.
 */
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
