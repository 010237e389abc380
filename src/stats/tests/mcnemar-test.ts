import { binomialCdf, binomialPmf } from "../distributions/binomial.ts";
import { chiSquaredSf } from "../distributions/chi-squared.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireOneOf } from "../require-argument.ts";
import type { TwoByTwo } from "./fisher-exact-test.ts";

/** The pairs of which the two sides differ: all that McNemar's test needs. */
export interface DiscordantPairs {
  /** Pairs that only the first side has (got right, say): b of the table. */
  readonly onlyFirst: number;
  /** Pairs that only the second side has: c of the table. */
  readonly onlySecond: number;
}

/** Options of {@link mcNemarTest}. */
export interface McNemarOptions {
  /**
   * `exact`: the binomial tail, at any size; `midP`: the same with half of what was seen, nearer to the stated rate (M. W. Fagerland, S. Lydersen,
   * P. Laake, 2013); `asymptotic`: chi-squared with one degree of freedom. @default "exact"
   */
  readonly method?: "exact" | "midP" | "asymptotic";
  /** Edwards' correction of the asymptotic statistic, (|b − c| − 1)²/(b + c). @default true */
  readonly continuity?: boolean;
}

/** What {@link mcNemarTest} found. */
export interface McNemarResult {
  /** `exact`, `midP`: the smaller of b and c; `asymptotic`: chi-squared. */
  readonly statistic: number;
  /** The two-sided probability of a difference as large if both sides are equally often alone. */
  readonly pValue: number;
  /** How the p-value was found. */
  readonly method: "exact" | "midP" | "asymptotic";
  /** Pairs that only the first side has. */
  readonly n: number;
  /** Pairs that only the second side has. */
  readonly m: number;
}

/**
 * McNemar's test (1947) of two sides of the same rows, such as two models that are right or wrong on each: [[both, only first],
 * [only second, neither]], or the two discordant counts alone.
 *
 * Without discordant pairs the exact and the mid-p-value are 1 and the asymptotic one `notComputable`. Throws `argument/invalid` unless the counts are whole
 * numbers of at least 0.
 *
 * @example
 * ```ts
 * import { isNotComputable, mcNemarTest } from "sluice/stats";
 * const result = mcNemarTest({ onlyFirst: 9, onlySecond: 1 });
 * if (isNotComputable(result) || Math.abs(result.pValue - 22 / 1024) > 1e-15) throw new Error("22 of 1024 ways are as uneven");
 * ```
 */
export function mcNemarTest(
  pairs: TwoByTwo | DiscordantPairs,
  options: McNemarOptions = {},
): McNemarResult | NotComputable {
  const { method = "exact", continuity = true } = options;
  requireOneOf("method", method, methods);
  const { onlyFirst: n, onlySecond: m } = "onlyFirst" in pairs ? pairs : discordant(pairs);
  requireCount("onlyFirst", n);
  requireCount("onlySecond", m);
  const total = requireCount("the discordant pairs", n + m);
  if (method !== "asymptotic") {
    const statistic = Math.min(n, m);
    const seen = method === "midP" ? binomialPmf(statistic, total, 0.5) : 0;
    return { statistic, pValue: Math.min(1, 2 * binomialCdf(statistic, total, 0.5) - seen), method, n, m };
  }
  if (total === 0) return notComputable("zero-denominator", "no pair differs");
  const gap = Math.max(0, Math.abs(n - m) - (continuity ? 1 : 0));
  const statistic = gap * (gap / total);
  return { statistic, pValue: chiSquaredSf(statistic, 1), method, n, m };
}

const methods = ["exact", "midP", "asymptotic"] as const;

function discordant([[both, onlyFirst], [onlySecond, neither]]: TwoByTwo): DiscordantPairs {
  requireCount("both", both);
  requireCount("neither", neither);
  return { onlyFirst, onlySecond };
}
