import { SluiceError } from "../core/errors.ts";

function refuse(name: string, value: unknown, expected: string): never {
  throw new SluiceError("argument/invalid", {
    found: `${name} = ${typeof value === "string" ? JSON.stringify(value) : String(value)}`,
    expected: `${name} to be ${expected}`,
    fix: `Pass ${expected} for ${name}.`,
  });
}

/** Text and null compare like numbers, and a plain JavaScript caller may pass them: "3" + 4 is then "34". */
function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

/** Returns a probability strictly between 0 and 1, or throws `argument/invalid`. */
export function requireOpenFraction(name: string, value: number): number {
  return isNumber(value) && value > 0 && value < 1 ? value : refuse(name, value, "a number strictly between 0 and 1");
}

/** Returns a proportion in [0, 1], or throws `argument/invalid`. */
export function requireFraction(name: string, value: number): number {
  return isNumber(value) && value >= 0 && value <= 1 ? value : refuse(name, value, "a number from 0 to 1");
}

/** Returns a finite number above 0, or throws `argument/invalid`. */
export function requirePositive(name: string, value: number): number {
  return isNumber(value) && value > 0 && value < Number.POSITIVE_INFINITY
    ? value
    : refuse(name, value, "a finite number above 0");
}

/** Returns a parameter of a distribution (a shape, degrees of freedom) between 1e-16 and 1e18, or throws `argument/invalid`. */
export function requireShape(name: string, value: number): number {
  return isNumber(value) && value >= 1e-16 && value <= 1e18
    ? value
    : refuse(name, value, "a number from 1e-16 to 1e18");
}

/** Returns a finite number of at least 0, or throws `argument/invalid`. */
export function requireNonNegative(name: string, value: number): number {
  return isNumber(value) && value >= 0 && value < Number.POSITIVE_INFINITY
    ? value
    : refuse(name, value, "a finite number of at least 0");
}

/** Returns a finite number, or throws `argument/invalid`. */
export function requireFinite(name: string, value: number): number {
  return Number.isFinite(value) ? value : refuse(name, value, "a finite number");
}

/** Returns a finite number of at least `least`, or throws `argument/invalid`. */
export function requireAtLeast(name: string, value: number, least: number): number {
  return isNumber(value) && value >= least && value < Number.POSITIVE_INFINITY
    ? value
    : refuse(name, value, `a finite number of at least ${least}`);
}

/** Returns a number that is not NaN, or throws `argument/invalid`. */
export function requireNumber(name: string, value: number): number {
  return isNumber(value) && !Number.isNaN(value) ? value : refuse(name, value, "a number that is not NaN");
}

/** Returns a whole number of at least `least`, and at most `most` where that is given, or throws `argument/invalid`. */
export function requireCount(name: string, value: number, least = 0, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const bounds =
    most === Number.MAX_SAFE_INTEGER && !(value > most) ? `of at least ${least}` : `from ${least} to ${most}`;
  return refuse(name, value, `a whole number ${bounds}`);
}

/** Returns a count, a whole number of at least 0 of any size, or throws `argument/invalid`: shares and weights count no rows. */
export function requireRows(name: string, value: number): number {
  return Number.isInteger(value) && value >= 0 ? value : refuse(name, value, "a whole number of at least 0");
}

/** Throws `argument/invalid` unless two arrays that belong together have the same length. */
export function requireSameLength(name: string, left: ArrayLike<unknown>, right: ArrayLike<unknown>): void {
  if (left.length === right.length) return;
  throw new SluiceError("argument/invalid", {
    found: `lengths ${left.length} and ${right.length} of ${name}`,
    expected: "the same length",
    fix: "Pass as many values on both sides, in the same order.",
  });
}

/** Returns a word of a closed list, or throws `argument/invalid` that names the list: what a plain JavaScript caller may mistype. */
export function requireOneOf<Word extends string>(name: string, value: Word, allowed: readonly Word[]): Word {
  return allowed.includes(value) ? value : refuse(name, value, allowed.map((word) => `"${word}"`).join(" or "));
}
