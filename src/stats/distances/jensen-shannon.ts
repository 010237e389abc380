import { isNotComputable, type NotComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import { type Distance, type LogarithmBase, logarithmBases } from "./distance.ts";
import { pairedShares } from "./paired-shares.ts";

/** How {@link jensenShannon} measures. */
export interface JensenShannonOptions {
  /** The base of the logarithm: with 2 the distance lies in [0, 1], with e in [0, 0.8326]. @default "2" */
  readonly base?: LogarithmBase;
}

/**
 * The Jensen–Shannon distance of two histograms over the same cells: the square root of the divergence (J. Lin, 1991), a metric; empty cells
 * need no filling.
 *
 * Nearly equal shares keep their relative accuracy. `notComputable` when a side is empty.
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
  const base = requireOneOf("base", options.base ?? "2", logarithmBases);
  const shares = pairedShares(reference, current);
  if (isNotComputable(shares)) return shares;
  const { p, q, difference } = shares;
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const both = (p[i] as number) + (q[i] as number);
    if (both > 0) sum += both * shareOfLogTwo((difference[i] as number) / both);
  }
  const divergence = Math.min(Math.LN2, sum / 4) / (base === "2" ? Math.LN2 : 1);
  return { metric: "jensenShannon", value: Math.sqrt(divergence), n: shares.n, m: shares.m, base };
}

/** (1 + d) ln(1 + d) + (1 − d) ln(1 − d) for d in [−1, 1]: its series d² + d⁴/6 + d⁶/15 + … where the two would cancel. */
function shareOfLogTwo(d: number): number {
  const square = d * d;
  if (square >= 1) return 2 * Math.LN2;
  if (square > 0.1) return (1 + d) * Math.log1p(d) + (1 - d) * Math.log1p(-d);
  let sum = 0;
  for (let k = 16; k >= 1; k--) sum = sum * square + 1 / (k * (2 * k - 1));
  return sum * square;
}
