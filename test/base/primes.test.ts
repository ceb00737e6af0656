import { expect, test } from "vitest";
import { isPrime, primesUpTo } from "../../src/base/primes.js";

test("the sieve and trial division agree up to 2,000, of which 303 are prime", () => {
  const primes = primesUpTo(2000);
  expect(primes).toHaveLength(303);
  expect(primes).toEqual(Array.from({ length: 2001 }, (_, n) => n).filter(isPrime));
  expect(primesUpTo(1)).toEqual([]);
  expect(isPrime(16_777_213)).toBe(true);
});
