import { SluiceError } from "../../core/errors.ts";

/** A Beta distribution over the rates that are mixed over. */
export interface BetaPrior {
  /** First shape, from 0.001 to 1e9: the prior's weight of a success. */
  readonly a: number;
  /** Second shape, from 0.001 to 1e9: the prior's weight of a failure. */
  readonly b: number;
}

/** Returns a {@link BetaPrior}, uniform if there is none, or throws `argument/invalid`. */
export function requireBetaPrior(prior: BetaPrior | undefined): BetaPrior {
  const { a, b } = prior ?? { a: 1, b: 1 };
  for (const shape of [a, b]) {
    if (shape >= 1e-3 && shape <= 1e9) continue;
    throw new SluiceError("argument/invalid", {
      found: `a Beta prior with the shapes ${a} and ${b}`,
      expected: "both shapes from 0.001 to 1e9",
      fix: "Pass { a: 1, b: 1 } for a uniform prior, or the successes and failures that you would expect of a few trials.",
    });
  }
  return { a, b };
}
