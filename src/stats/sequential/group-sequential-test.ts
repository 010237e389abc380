import { alternatives } from "../alternative.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import type { IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireFinite, requireNonNegative } from "../require-argument.ts";
import { type ContinuingPaths, exceedance, startingPaths } from "./continuing-paths.ts";
import type { ErrorSpending } from "./error-spending.ts";
import {
  checkGroupSequential,
  type GroupSequentialLook,
  type GroupSequentialOptions,
  pathsWithin,
  requireFractions,
} from "./group-sequential-boundary.ts";
import { normalSf } from "../distributions/normal.ts";
import { solveBoundary } from "./solve-boundary.ts";

/** What is seen at one look. */
export interface GroupSequentialEstimate {
  /** The information so far over that which is planned: rows over planned rows, or 1/se² over the planned one. Above that of the last look. */
  readonly fraction: number;
  /** The estimated effect, 0 under the null hypothesis. */
  readonly value: number;
  /** Its standard error. */
  readonly standardError: number;
}

/** What one look of a {@link GroupSequentialTest} says. */
export interface GroupSequentialResult extends IntervalEstimate, GroupSequentialLook {
  /** The estimate over its standard error. */
  readonly statistic: number;
  /** Whether the estimate has crossed the boundary, at this look or before. */
  readonly crossed: boolean;
  /**
   * The p-value adjusted for all looks, by stage-wise ordering: crossing earlier is more extreme. There is one from the first crossing
   * on, and it stays that of the first crossing; without one only at a fraction of 1 or more. At most `alpha` exactly when `crossed`.
   */
  readonly pValue: number | undefined;
}

interface Look {
  readonly fraction: number;
  readonly z: number;
}

/**
 * A test with planned looks, taken as they come: their times may deviate from any plan, as long as they do not depend on what was seen.
 *
 * Each look gets its boundary as by {@link groupSequentialBoundary}; the interval at each look is the repeated confidence interval
 * (C. Jennison and B. W. Turnbull, 1989), value ± z · standard error, which holds at all looks at once, whether one stops or not;
 * one-sided it is infinite on its open side.
 *
 * It belongs to one experiment and is not mergeable. A look costs some milliseconds, more after many looks.
 *
 * @example
 * ```ts
 * import { GroupSequentialTest, isNotComputable } from "sluice/stats";
 * const test = new GroupSequentialTest({ alpha: 0.05 });
 * const first = test.look({ fraction: 0.4, value: 0.02, standardError: 0.01 });
 * if (isNotComputable(first) || first.crossed) throw new Error("two standard errors are not enough that early");
 * const second = test.look({ fraction: 0.85, value: 0.021, standardError: 0.007 });
 * if (isNotComputable(second) || !((second.pValue ?? 1) < 0.05)) throw new Error("three are, by now");
 * ```
 */
export class GroupSequentialTest {
  readonly #options: ReturnType<typeof checkGroupSequential>;
  readonly #looks: Look[] = [];
  #crossed = false;
  #pValue: number | undefined;

  constructor(options: GroupSequentialOptions = {}) {
    this.#options = checkGroupSequential(options);
  }

  /** Restores a test from its bytes. Throws `argument/invalid` for anything else. */
  static fromBytes(bytes: Uint8Array): GroupSequentialTest {
    const reader = new SummaryReader(bytes, "GRPS", 1);
    const alternative = alternatives[reader.u8()];
    const alpha = reader.f64();
    const spending = spendingOf(reader.u8(), reader.f64());
    const [fractions, zs] = [reader.f64s(), reader.f64s()];
    const [crossed, pValue] = [reader.u8(), reader.f64()];
    reader.end();
    if (alternative === undefined || spending === undefined) {
      reader.require(false, "an unknown alternative or spending");
      return new GroupSequentialTest();
    }
    reader.require(fractions.length === zs.length && zs.every((z) => Math.abs(z) <= 37), "impossible boundaries");
    reader.require(pValue >= 0 && pValue <= 2, `a p-value of ${pValue}`);
    if (fractions.length > 0) requireFractions(fractions);
    const test = new GroupSequentialTest({ alpha, spending, alternative });
    for (let i = 0; i < zs.length; i++) test.#looks.push({ fraction: fractions[i] as number, z: zs[i] as number });
    test.#crossed = crossed === 1;
    test.#pValue = pValue === 2 ? undefined : pValue;
    return test;
  }

  /** How many looks were taken. */
  get looks(): number {
    return this.#looks.length;
  }

  /**
   * Takes the next look.
   *
   * `notComputable` ("constant") for a standard error of 0, and "infinite" where the interval overflows: such a look spends nothing.
   * Throws `argument/invalid` for impossible numbers and for a fraction that does not ascend (see {@link groupSequentialBoundary}).
   */
  look(at: GroupSequentialEstimate): GroupSequentialResult | NotComputable {
    const { fraction } = at;
    const value = requireFinite("value", at.value);
    const standardError = requireNonNegative("standardError", at.standardError);
    requireFractions([...this.#looks.map((each) => each.fraction), fraction]);
    if (standardError === 0) return notComputable("constant", "the standard error is 0");
    const { alternative, alpha, sides, spentAt } = this.#options;
    const last = this.#looks.at(-1);
    const before = last === undefined ? 0 : spentAt(last.fraction);
    const paths = this.#pathsTo(fraction);
    const z = solveBoundary(paths, fraction, spentAt(fraction) - before, 0);
    const [lower, upper] = [value - z * standardError, value + z * standardError];
    if (!Number.isFinite(lower) || !Number.isFinite(upper)) return notComputable("infinite", "the interval overflows");
    this.#looks.push({ fraction, z });
    const statistic = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value / standardError));
    const claimed = alternative === "two-sided" ? Math.abs(statistic) : alternative === "less" ? -statistic : statistic;
    this.#crossed ||= claimed >= z;
    if (this.#crossed || fraction >= 1)
      this.#pValue ??= Math.min(1, sides * (before + beyond(paths, fraction, claimed)));
    return {
      fraction,
      statistic,
      z,
      nominalPValue: sides * normalSf(z),
      alphaSpent: sides * spentAt(fraction),
      crossed: this.#crossed,
      pValue: this.#pValue,
      value,
      lower: alternative === "less" ? Number.NEGATIVE_INFINITY : lower,
      upper: alternative === "greater" ? Number.POSITIVE_INFINITY : upper,
      confidence: 1 - alpha,
    };
  }

  /** The whole state as bytes, options included. */
  toBytes(): Uint8Array {
    const { alternative, alpha, spending } = this.#options;
    const writer = new SummaryWriter("GRPS", 1);
    writer.u8(alternatives.indexOf(alternative));
    writer.f64(alpha);
    if (typeof spending === "string") writer.u8(spending === "obrien-fleming" ? 0 : 1);
    else writer.u8(spending.family === "power" ? 2 : 3);
    writer.f64(typeof spending === "string" ? 0 : spending.family === "power" ? spending.exponent : spending.gamma);
    writer.f64s(this.#looks.map(({ fraction }) => fraction));
    writer.f64s(this.#looks.map(({ z }) => z));
    writer.u8(this.#crossed ? 1 : 0);
    writer.f64(this.#pValue ?? 2);
    return writer.finish();
  }

  #pathsTo(fraction: number): ContinuingPaths {
    let paths = startingPaths;
    for (const [i, look] of this.#looks.entries()) {
      const after = this.#looks[i + 1]?.fraction ?? fraction;
      paths = pathsWithin(paths, { ...look, after }, this.#options.alternative);
    }
    return paths;
  }
}

function spendingOf(family: number, shape: number): ErrorSpending | undefined {
  if (family === 0) return "obrien-fleming";
  if (family === 1) return "pocock";
  if (family === 2) return { family: "power", exponent: shape };
  return family === 3 ? { family: "hwang-shih-decani", gamma: shape } : undefined;
}

/** The chance of having continued so far and of lying at least as far out at this look. */
function beyond(paths: ContinuingPaths, fraction: number, z: number): number {
  const clipped = Math.max(-38, Math.min(1e6, z));
  return exceedance(paths, fraction, clipped * Math.sqrt(fraction), 0);
}
