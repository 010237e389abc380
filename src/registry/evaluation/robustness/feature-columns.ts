import { SluiceError } from "../../../core/errors.ts";
import type { PerturbedInputs } from "./perturbation.ts";

/** The places of some features, or of all. Errors: `definition/invalid` for a feature that the model does not take. */
export function columnsOf({ features }: PerturbedInputs, named: readonly string[] | undefined): readonly number[] {
  if (named === undefined) return features.map((_, i) => i);
  return named.map((name) => {
    const at = features.indexOf(name);
    if (at >= 0) return at;
    throw new SluiceError("definition/invalid", {
      found: `the feature "${name}" of a perturbation`,
      expected: `one of the model's vector: ${features.join(", ")}`,
      fix: "Name features as view.feature.",
    });
  });
}

/** Refuses a number that is not finite or below the least. Errors: `definition/invalid`. */
export function requirePart(
  what: string,
  value: number,
  least: number,
  most: number = Number.POSITIVE_INFINITY,
): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new SluiceError("definition/invalid", {
    found: `${what} ${value} of a perturbation`,
    expected: most === Number.POSITIVE_INFINITY ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
    fix: "Pass such a number.",
  });
}
