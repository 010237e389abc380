import { requireNonNegative } from "../require-argument.ts";

/** Returns a number of at least 0, Infinity included, or throws `argument/invalid`. */
export function requireEValue(name: string, value: number): number {
  return value === Number.POSITIVE_INFINITY ? value : requireNonNegative(name, value);
}
