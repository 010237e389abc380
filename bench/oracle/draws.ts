import type { Random } from "../../src/core/random.ts";

/** A number whose logarithm is uniform: every order of magnitude alike. */
export function logUniform(random: Random, low: number, high: number): number {
  return Math.exp(Math.log(low) + random.next() * Math.log(high / low));
}

/** A whole number whose logarithm is uniform. */
export function logCount(random: Random, low: number, high: number): number {
  return Math.round(logUniform(random, low, high));
}

/** A probability: in the middle, near 0 down to `least`, or near 1. */
export function probability(random: Random, least = 1e-300): number {
  const kind = random.next();
  if (kind < 0.4) return logUniform(random, least, 0.5);
  return kind < 0.6 ? 1 - logUniform(random, 1e-15, 0.5) : 0.001 + 0.998 * random.next();
}

/** One of a list. */
export function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random.next() * items.length)] as Item;
}
