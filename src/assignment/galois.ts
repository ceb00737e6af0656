import { InputError, shown } from "../base/errors.js";

/**
 * Finite fields GF(p^k) and their direct products: the arithmetic behind lines and difference packings.
 *
 * An element of GF(p^k) is a whole number 0…q−1, q = p^k. Its digits in base p, lowest first, are the coefficients of a
 * polynomial in x modulo a fixed polynomial of degree k. The numbers 0 and 1 are the field's zero and one. For k = 1,
 * this is arithmetic modulo p.
 */
export interface Field extends PrimePower {
  readonly add: (a: number, b: number) => number;
  readonly negate: (a: number) => number;
  readonly multiply: (a: number, b: number) => number;
}

/** A power of a prime, `q = p^k`. */
export interface PrimePower {
  readonly q: number;
  readonly p: number;
  readonly k: number;
}

/** Largest order of a field that needs tables; fields of prime order need no tables to add and multiply. */
export const LARGEST_TABLE = 65_536;

/** Largest supported order of a field. Up to this order, products of two elements are exact. */
const LARGEST_PRIME = 16_777_216;

/**
 * The prime powers whose product is n, in ascending order of their primes; an empty list for n = 1. Trial division:
 * time √n.
 */
export function primePowers(n: number): PrimePower[] {
  const powers: PrimePower[] = [];
  let left = n;
  for (let p = 2; p * p <= left; p++) {
    let k = 0;
    for (; left % p === 0; k++) left /= p;
    if (k > 0) powers.push({ q: p ** k, p, k });
  }
  if (left > 1) powers.push({ q: left, p: left, k: 1 });
  return powers;
}

/** q as a prime power; null if it is not one. */
export function primePower(q: number): PrimePower | null {
  const powers = primePowers(q);
  return powers.length === 1 ? powers[0] : null;
}

/** Whether `field` supports order q: q must be a prime, or a prime power of at most 65,536. */
export function hasField({ q, k }: PrimePower): boolean {
  return k === 1 ? q <= LARGEST_PRIME : q <= LARGEST_TABLE;
}

/** Adds the digits in base p one by one, without carry, which adds the polynomials' coefficients. */
function addDigits(a: number, b: number, { p, k }: PrimePower): number {
  let sum = 0;
  let unit = 1;
  for (let digit = 0; digit < k; digit++, unit *= p) {
    sum += ((Math.floor(a / unit) + Math.floor(b / unit)) % p) * unit;
  }
  return sum;
}

/**
 * The powers `x^0 … x^(q−2)` in GF(p^k) for k ≥ 2, which run through every nonzero element.
 *
 * Multiplying by x shifts the digits up and replaces x^k by the lower part `tail` of the chosen polynomial. If q − 1 is
 * the smallest n > 0 with x^n = 1, the powers of x are q − 1 different invertible elements. The ring is then a field,
 * and the polynomial needs no further test. Such (primitive) polynomials exist for every p^k; the first one in the
 * order of `tail` is used.
 */
function powersOfX(power: PrimePower): Uint32Array {
  const { q, p } = power;
  const top = q / p;
  const powers = new Uint32Array(q - 1);
  for (let tail = 1; tail < q; tail++) {
    const multiples = [0];
    for (let c = 1; c < p; c++) multiples.push(addDigits(multiples[c - 1], tail, power));
    let element = 1;
    let order = 0;
    do {
      powers[order++] = element;
      element = addDigits((element % top) * p, multiples[Math.floor(element / top)], power);
    } while (element !== 1 && element !== 0 && order < q - 1);
    if (element === 1 && order === q - 1) return powers;
  }
  throw new Error(`GF(${q}) has no primitive polynomial`);
}

/** The powers `g^0 … g^(q−2)` of the smallest g whose powers run through every nonzero element, for prime q. */
function powersOfRoot(q: number): Uint32Array {
  const factors = primePowers(q - 1).map(({ p }) => p);
  const isRoot = (g: number): boolean => factors.every((factor) => powerModulo(g, (q - 1) / factor, q) !== 1);
  let g = 1;
  while (!isRoot(g)) g++;
  const powers = new Uint32Array(q - 1);
  for (let i = 0, element = 1; i < q - 1; i++, element = (element * g) % q) powers[i] = element;
  return powers;
}

/** `base^exponent mod modulus`, for a modulus of at most 2^26. */
export function powerModulo(base: number, exponent: number, modulus: number): number {
  let result = 1 % modulus;
  let square = base % modulus;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function checkedPower(q: number, allowed: (power: PrimePower) => boolean): PrimePower {
  const power = Number.isSafeInteger(q) && q >= 2 && q <= LARGEST_PRIME ? primePower(q) : null;
  if (power === null || !allowed(power)) {
    throw new InputError(
      `q = ${shown(q)}: must be a prime up to ${LARGEST_PRIME} or a prime power up to ${LARGEST_TABLE}.`,
    );
  }
  return power;
}

/**
 * All nonzero elements of GF(q) as powers of one element g: entry i is g^i, length q − 1.
 *
 * @throws InputError when q is not a prime power of at most 65,536
 */
export function primitivePowers(q: number): Uint32Array {
  const power = checkedPower(q, ({ q: order }) => order <= LARGEST_TABLE);
  return power.k === 1 ? powersOfRoot(q) : powersOfX(power);
}

/** For each element, its position in the list that `primitivePowers` returns; length q, with entry 0 unused. */
export function logarithms(powers: Uint32Array): Uint32Array {
  const logs = new Uint32Array(powers.length + 1);
  powers.forEach((element, i) => (logs[element] = i));
  return logs;
}

/**
 * The field GF(q). For k ≥ 2, products are sums of logarithms, `a·b = g^(log a + log b)`, and the tables have about q
 * entries.
 *
 * @throws InputError unless q is a prime, or a prime power of at most 65,536
 */
export function field(q: number): Field {
  const power = checkedPower(q, hasField);
  const { p, k } = power;
  if (k === 1) {
    return {
      ...power,
      add: (a, b) => (a + b) % q,
      negate: (a) => (q - a) % q,
      multiply: (a, b) => (a * b) % q,
    };
  }
  const powers = powersOfX(power);
  const logs = logarithms(powers);
  // −a is the digits' complement: a + (p − 1)·a = p·a = 0, so −a = (p − 1)·a.
  const multiply = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : powers[(logs[a] + logs[b]) % (q - 1)]);
  return { ...power, add: (a, b) => addDigits(a, b, power), negate: (a) => multiply(a, p - 1), multiply };
}

/** A ring with elements 0…n−1, and a set of its elements whose pairwise differences are invertible. */
export interface Ring {
  readonly n: number;
  readonly add: (a: number, b: number) => number;
  readonly multiply: (a: number, b: number) => number;
  /** The number of elements in that set; for a product of fields, the order of the smallest of them. */
  readonly count: number;
  /** Element j of that set, 0 ≤ j < count; the first two are the ring's zero and one. */
  readonly apart: (j: number) => number;
}

/**
 * The direct product of the fields whose orders are the prime-power factors of n (MacNeish). An element is invertible
 * if every component is, that is, if none is 0. So the elements `(j, j, …, j)` with j below the smallest field's order
 * have invertible differences.
 *
 * @param n at least 2
 * @throws InputError when `field` does not support one of the prime-power factors of n
 */
export function ring(n: number): Ring {
  const fields = primePowers(n).map(({ q }) => field(q));
  if (fields.length === 1) return { n, count: n, ...fields[0], apart: (j) => j };
  const units: number[] = [];
  let unit = 1;
  for (const { q } of fields) {
    units.push(unit);
    unit *= q;
  }
  const componentwise = (operation: "add" | "multiply") => (a: number, b: number) => {
    let result = 0;
    fields.forEach((each, i) => {
      const digit = (element: number): number => Math.floor(element / units[i]) % each.q;
      result += each[operation](digit(a), digit(b)) * units[i];
    });
    return result;
  };
  const one = units.reduce((sum, each) => sum + each, 0);
  return {
    n,
    add: componentwise("add"),
    multiply: componentwise("multiply"),
    count: Math.min(...fields.map(({ q }) => q)),
    apart: (j) => j * one,
  };
}
