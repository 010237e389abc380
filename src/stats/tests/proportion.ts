import { SluiceError } from "../../core/errors.ts";
import { requireCount } from "../require-argument.ts";

/** Successes in a number of trials. */
export interface Proportion {
  /** How many succeeded: a whole number from 0 to `trials`. */
  readonly successes: number;
  /** How many were tried: a whole number of at least 1. */
  readonly trials: number;
}

/** Throws `argument/invalid` unless a {@link Proportion} has whole counts with no more successes than trials. */
export function checkProportion(name: string, { successes, trials }: Proportion): void {
  requireCount(`${name}.trials`, trials);
  requireCount(`${name}.successes`, successes);
  if (successes > trials) {
    throw new SluiceError("argument/invalid", {
      found: `${successes} successes in ${trials} trials of ${name}`,
      expected: "no more successes than trials",
      fix: "Count both over the same rows.",
    });
  }
}
