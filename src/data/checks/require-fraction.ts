import { SluiceError } from "../../core/errors.ts";

/** The number if it lies in [0, 1]; throws `argument/invalid` otherwise. */
export function requireFraction(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new SluiceError("argument/invalid", {
    found: `${name} ${value}`,
    expected: "a proportion in [0, 1]",
    fix: "Pass 0.98 for 98%.",
  });
}
