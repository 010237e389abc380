import { SluiceError } from "../core/errors.ts";
import { type NotComputable, notComputable } from "./not-computable.ts";

/**
 * Says why a sample cannot be used (empty, NaN, or infinite where `finite` is asked for), or `undefined` if it can. Throws
 * `argument/invalid` for what is no array of numbers, such as the texts of a CSV file.
 */
export function checkSample(name: string, values: ArrayLike<number>, finite: boolean): NotComputable | undefined {
  requireArray(name, values);
  if (values.length === 0) return notComputable("empty", `the ${name} sample is empty`);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const found = checkValue(name, values, i, finite);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** {@link checkSample} of a sample that is sorted already: NaN and infinite values stand at its ends. */
export function checkSorted(name: string, values: ArrayLike<number>, finite: boolean): NotComputable | undefined {
  requireArray(name, values);
  if (values.length === 0) return notComputable("empty", `the ${name} sample is empty`);
  return checkValue(name, values, 0, finite) ?? checkValue(name, values, values.length - 1, finite);
}

function checkValue(name: string, values: ArrayLike<number>, at: number, finite: boolean): NotComputable | undefined {
  const value = values[at] as number;
  if (Number.isFinite(value)) return undefined;
  if (typeof value !== "number") refuse(name, `${typeof value} ${String(value)} at index ${at}`);
  if (Number.isNaN(value)) return notComputable("nan", `the ${name} sample has a NaN at index ${at}`);
  return finite ? notComputable("infinite", `the ${name} sample has ${value} at index ${at}`) : undefined;
}

function requireArray(name: string, values: ArrayLike<number>): void {
  const given: unknown = values;
  if (typeof given !== "object" || given === null || !Number.isSafeInteger(values.length)) {
    refuse(
      name,
      typeof given === "object" && given !== null ? "an object without length" : `${typeof given} ${String(given)}`,
    );
  }
}

function refuse(name: string, found: string): never {
  throw new SluiceError("argument/invalid", {
    found: `in place of the ${name} sample: ${found}`,
    expected: "an array of numbers",
    fix: "Pass numbers, best as a Float64Array; turn texts into numbers first.",
  });
}
