import { isNotComputable, type NotComputable } from "../not-computable.ts";
import type { Distance } from "./distance.ts";
import { pairedCounts } from "./paired-counts.ts";

/** How {@link jensenShannon} measures. */
export interface JensenShannonOptions {
  /** The base of the logarithm: with 2 the distance lies in [0, 1], with e in [0, 0.8326]. @default "2" */
  readonly base?: "e" | "2";
}

/**
 * The Jensen–Shannon distance (the square root of the divergence) of two histograms over the same cells; empty cells need no filling.
 *
 * `notComputable` when a side is empty.
 *
 * @example
 * ```ts
 * import { isNotComputable, jensenShannon } from "sluice/stats";
 * const apart = jensenShannon([5, 0], [0, 7]);
 * if (isNotComputable(apart) || apart.value !== 1 || apart.base !== "2") throw new Error("nothing in common is 1 in base 2");
 * ```
 */
export function jensenShannon(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: JensenShannonOptions = {},
): Distance | NotComputable {
  const pair = pairedCounts(reference, current);
  if (isNotComputable(pair)) return pair;
  const base = options.base ?? "2";
  let sum = 0;
  for (let i = 0; i < pair.reference.length; i++) {
    const p = (pair.reference[i] as number) / pair.n;
    const q = (pair.current[i] as number) / pair.m;
    const middle = (p + q) / 2;
    if (p > 0) sum += p * Math.log(p / middle);
    if (q > 0) sum += q * Math.log(q / middle);
  }
  const divergence = Math.max(0, sum / 2) / (base === "2" ? Math.LN2 : 1);
  return { metric: "jensenShannon", value: Math.sqrt(divergence), n: pair.n, m: pair.m, base };
}
