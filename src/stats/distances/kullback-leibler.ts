import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import { log1pMinus } from "../special/log1p-minus.ts";
import { type Distance, type LogarithmBase, logarithmBases } from "./distance.ts";
import { pairedShares } from "./paired-shares.ts";
import { defaultSmoothing, logRatio, type SmoothingOptions } from "./psi.ts";

/** How {@link kullbackLeibler} measures. */
export interface KullbackLeiblerOptions extends SmoothingOptions {
  /** The base of the logarithm: nats (e) or bits (2). @default "e" */
  readonly base?: LogarithmBase;
}

/**
 * The Kullback–Leibler divergence Σ p ln(p/q) of the reference p from the current q, over the same cells; not symmetric.
 *
 * Nearly equal shares keep their relative accuracy. `notComputable` when a side is empty, or a cell of the reference is empty in the
 * current data with smoothing switched off.
 *
 * @example
 * ```ts
 * import { isNotComputable, kullbackLeibler } from "sluice/stats";
 * const result = kullbackLeibler([1, 1], [1, 3], { base: "2", smoothing: { pseudocount: 0 } });
 * const expected = 0.5 * Math.log2(0.5 / 0.25) + 0.5 * Math.log2(0.5 / 0.75);
 * if (isNotComputable(result) || Math.abs(result.value - expected) > 1e-15) throw new Error("wrong");
 * ```
 */
export function kullbackLeibler(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: KullbackLeiblerOptions = {},
): Distance | NotComputable {
  const base = requireOneOf("base", options.base ?? "e", logarithmBases);
  const shares = pairedShares(reference, current, options.smoothing ?? defaultSmoothing);
  if (isNotComputable(shares)) return shares;
  const { p, q, difference } = shares;
  // Σ p = Σ q but for the floors, so p − q may be taken from every term: each is then at least 0 and nothing cancels.
  let value = 0;
  for (let i = 0; i < p.length; i++) value += excessOf(p[i] as number, q[i] as number, difference[i] as number);
  value += shares.excess;
  if (!Number.isFinite(value)) {
    return notComputable("zero-cell", "a cell of the reference is empty in the current data");
  }
  return {
    metric: "kullbackLeibler",
    value: base === "2" ? value / Math.LN2 : value,
    n: shares.n,
    m: shares.m,
    base,
  };
}

/** p ln(p/q) − (p − q), at least 0. */
function excessOf(p: number, q: number, difference: number): number {
  if (p === 0) return q;
  const r = difference / q;
  if (Math.abs(r) <= 0.5) return q * ((1 + r) * log1pMinus(r) + r * r);
  return p * logRatio(p, q, difference) - difference;
}
