import type { IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireFinite, requireNonNegative } from "../require-argument.ts";
import { type ContinuingPaths, exceedance, startingPaths } from "./continuing-paths.ts";
import {
  checkGroupSequential,
  type GroupSequentialLook,
  type GroupSequentialOptions,
  pathsWithin,
  requireFractions,
} from "./group-sequential-boundary.ts";
import { groupSequentialBytes, groupSequentialStateOf } from "./group-sequential-bytes.ts";
import { normalSf } from "../distributions/normal.ts";
import { solveBoundary } from "./solve-boundary.ts";

/** How a {@link GroupSequentialTest} spends its error, and for how many events it waits. */
export interface GroupSequentialTestOptions extends GroupSequentialOptions {
  /**
   * The fewest {@link GroupSequentialEstimate.events} with which a look can reject: a whole number; 0 never waits. With a handful of
   * events in an arm the statistic is far from normal: with 2 or 3 in the smaller arm Pocock's boundary made 9% false alarms of a
   * nominal 5%, and 63% with an unpooled standard error. @default 10
   */
  readonly minimumEvents?: number;
}

/** What is seen at one look. */
export interface GroupSequentialEstimate {
  /** The information so far over that which is planned: rows over planned rows, or 1/se² over the planned one. Above that of the last look. */
  readonly fraction: number;
  /** The estimated effect, 0 under the null hypothesis. */
  readonly value: number;
  /**
   * Its standard error. For a difference of two rates take the pooled one, √(p(1 − p)(1/n + 1/m)) with the rate p of both arms together:
   * with the unpooled one, at a tenth or a 20th of the traffic, up to 6.5% false alarms of a nominal 5% were simulated, also after ten events.
   */
  readonly standardError: number;
  /**
   * The fewest events of an arm so far, which tell how far the normal approximation may be trusted: for proportions the least of the
   * successes and of the failures of both arms. State it for every proportion or other rate, and for a metric that is mostly 0 as its
   * other rows. Without it nothing is waited for: leave it out only where estimate over standard error is normal at every look.
   */
  readonly events?: number;
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

/**
 * A test with planned looks, taken as they come: their times may deviate from any plan, as long as they do not depend on what was seen.
 *
 * Each look gets its boundary as by {@link groupSequentialBoundary}; the interval at each look is the repeated confidence interval
 * (C. Jennison and B. W. Turnbull, 1989), value ± z · standard error, which holds at all looks at once, whether one stops or not;
 * one-sided it is infinite on its open side.
 *
 * All of it holds for an estimate that is normal, which a rate is not before some ten events and ten non-events in each arm. Pass `events`,
 * and a look with fewer than `minimumEvents` is `notComputable` ("too-few"): it is not taken. It has no boundary to cross (an infinite
 * one), spends nothing and leaves its part of alpha to the next look, which is as if the early one had not been planned. If the last
 * look has too few, nothing is rejected; a later one, above a fraction of 1, still may spend it all.
 *
 * It belongs to one experiment and is not mergeable. A look costs some milliseconds; restoring a test costs its looks again.
 *
 * @example
 * ```ts
 * import { GroupSequentialTest, isNotComputable } from "sluice/stats";
 * const test = new GroupSequentialTest({ alpha: 0.05 });
 * const first = test.look({ fraction: 0.4, value: 0.02, standardError: 0.01 });
 * if (isNotComputable(first) || first.crossed) throw new Error("two standard errors are not enough that early");
 * const second = test.look({ fraction: 0.85, value: 0.021, standardError: 0.007 });
 * if (isNotComputable(second) || !((second.pValue ?? 1) < 0.05)) throw new Error("three are, by now");
 * const rare = new GroupSequentialTest().look({ fraction: 0.2, value: 0.02, standardError: 0.002, events: 4 });
 * if (!isNotComputable(rare)) throw new Error("four events say nothing yet");
 * ```
 */
export class GroupSequentialTest {
  /** The fewest events with which a look can reject. */
  readonly minimumEvents: number;
  readonly #options: ReturnType<typeof checkGroupSequential>;
  readonly #looks: Pick<GroupSequentialLook, "fraction" | "z">[] = [];
  /** The paths that came to the last look. */
  #paths: ContinuingPaths = startingPaths;
  #crossed = false;
  #pValue: number | undefined;

  constructor(options: GroupSequentialTestOptions = {}) {
    this.#options = checkGroupSequential(options);
    this.minimumEvents = requireCount("minimumEvents", options.minimumEvents ?? 10);
  }

  /** Restores a test from its bytes. Throws `argument/invalid` for anything else. */
  static fromBytes(bytes: Uint8Array): GroupSequentialTest {
    const { options, minimumEvents, looks, crossed, pValue } = groupSequentialStateOf(bytes);
    const test = new GroupSequentialTest({ ...options, minimumEvents });
    for (const look of looks) test.#take(look, test.#pathsTo(look.fraction));
    test.#crossed = crossed;
    test.#pValue = pValue;
    return test;
  }

  /** How many looks were taken: those that had an answer. */
  get looks(): number {
    return this.#looks.length;
  }

  /**
   * Takes the next look.
   *
   * `notComputable` for fewer than {@link GroupSequentialTest.minimumEvents} events ("too-few"), a standard error of 0 ("constant"), and
   * where the interval overflows ("infinite"): such a look is not taken and spends nothing. When all is spent nothing crosses any more.
   * Throws `argument/invalid` for impossible numbers and for a fraction that does not ascend (see {@link groupSequentialBoundary}).
   */
  look(at: GroupSequentialEstimate): GroupSequentialResult | NotComputable {
    const { fraction } = at;
    const value = requireFinite("value", at.value);
    const standardError = requireNonNegative("standardError", at.standardError);
    requireFractions([...this.#looks.map((each) => each.fraction), fraction]);
    const events = at.events === undefined ? undefined : requireCount("events", at.events);
    if (events !== undefined && events < this.minimumEvents)
      return notComputable("too-few", `${events} events in an arm, of at least ${this.minimumEvents}`);
    if (standardError === 0) return notComputable("constant", "the standard error is 0");
    const { alternative, alpha, sides, spentAt } = this.#options;
    const last = this.#looks.at(-1);
    const before = last === undefined ? 0 : spentAt(last.fraction);
    const paths = this.#pathsTo(fraction);
    const z = solveBoundary(paths, fraction, spentAt(fraction) - before, 0);
    const [lower, upper] = [value - z * standardError, value + z * standardError];
    if (!Number.isFinite(lower) || !Number.isFinite(upper)) return notComputable("infinite", "the interval overflows");
    this.#take({ fraction, z }, paths);
    const statistic = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value / standardError));
    const claimed = alternative === "two-sided" ? Math.abs(statistic) : alternative === "less" ? -statistic : statistic;
    this.#crossed ||= claimed >= z && sides * before < alpha;
    if (this.#crossed || fraction >= 1) this.#pValue ??= this.#adjusted(before + beyond(paths, fraction, claimed));
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
    return groupSequentialBytes({
      options: this.#options,
      minimumEvents: this.minimumEvents,
      looks: this.#looks,
      crossed: this.#crossed,
      pValue: this.#pValue,
    });
  }

  #take(look: Pick<GroupSequentialLook, "fraction" | "z">, paths: ContinuingPaths): void {
    this.#looks.push(look);
    this.#paths = paths;
  }

  #pathsTo(fraction: number): ContinuingPaths {
    const last = this.#looks.at(-1);
    if (last === undefined) return startingPaths;
    return pathsWithin(this.#paths, { ...last, after: fraction }, this.#options.alternative);
  }

  /** The p-value of what one side says, on the side of `alpha` that the boundary has decided, whatever the rounding. */
  #adjusted(ofOneSide: number): number {
    const { alpha, sides } = this.#options;
    const pValue = Math.min(1, sides * ofOneSide);
    return this.#crossed ? Math.min(alpha, pValue) : Math.max(alpha * (1 + Number.EPSILON), pValue);
  }
}

/** The chance of having continued so far and of lying at least as far out at this look. */
function beyond(paths: ContinuingPaths, fraction: number, z: number): number {
  const clipped = Math.max(-38, Math.min(1e6, z));
  return exceedance(paths, fraction, clipped * Math.sqrt(fraction), 0);
}
