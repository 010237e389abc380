import { SluiceError } from "../../core/errors.ts";

/** Returns a whole number between two bounds, both included, or throws `argument/invalid`. */
export function requireWholeBetween(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SluiceError("argument/invalid", {
    found: `${name} = ${String(value)}`,
    expected: `${name} to be a whole number from ${least} to ${most}`,
    fix: `Pass a whole number from ${least} to ${most} for ${name}.`,
  });
}

/** Returns a number between two bounds, both included, or throws `argument/invalid`. */
export function requireBetween(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new SluiceError("argument/invalid", {
    found: `${name} = ${String(value)}`,
    expected: `${name} to be a number from ${least} to ${most}`,
    fix: `Pass a number from ${least} to ${most} for ${name}.`,
  });
}

/** Throws `argument/invalid` unless everything in an array is a number; a typed array is judged by its first element. */
export function requireNumbers(values: ArrayLike<number>): void {
  const end = ArrayBuffer.isView(values) ? Math.min(1, values.length) : values.length;
  for (let i = 0; i < end; i++) if (typeof values[i] !== "number") refuseValue(values[i], `at index ${i}`);
}

/** Throws `argument/invalid` unless a value is a number. */
export function requireNumeric(value: number): void {
  if (typeof value !== "number") refuseValue(value, "as a value");
}

function refuseValue(value: unknown, where: string): never {
  throw new SluiceError("argument/invalid", {
    found: `${value === null ? "null" : `a ${typeof value}`} ${where}`,
    expected: "numbers",
    fix: "Leave missing values out or pass NaN for them, and turn others into numbers first.",
  });
}

/** Returns a total of counts, or throws `argument/invalid` if it is above 2^53 − 1, from where counts would no longer be exact. */
export function requireCountable(total: number): number {
  if (Number.isSafeInteger(total)) return total;
  throw new SluiceError("argument/invalid", {
    found: `a total count of ${total}`,
    expected: "a total of at most 2^53 - 1, so that it stays exact",
    fix: "Count in larger units, or start another sketch.",
  });
}

/** Throws `argument/invalid` unless two sketches that are merged have the same parameter. */
export function requireSameParameter(name: string, own: number | undefined, other: number | undefined): void {
  if (own === other) return;
  throw new SluiceError("argument/invalid", {
    found: `sketches of ${name} ${own ?? "not set"} and ${other ?? "not set"}`,
    expected: `two sketches of the same ${name}`,
    fix: `Make both sketches with the same ${name}.`,
  });
}
