import type { Check, CheckInput, CheckOutcome } from "../../contracts/check.ts";
import { SluiceError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { binCounts } from "../../stats/binning/bin-counter.ts";
import { categoryBins, categoryCounts } from "../../stats/binning/category-bins.ts";
import { quantileBins } from "../../stats/binning/numeric-bins.ts";
import type { ReferenceBins } from "../../stats/binning/reference-bins.ts";
import { psi } from "../../stats/distances/psi.ts";
import { isNotComputable, type NotComputable } from "../../stats/not-computable.ts";
import { distanceNull } from "../../stats/thresholds/distance-null.ts";
import { distanceThreshold } from "../../stats/thresholds/read-null.ts";
import { cellAt } from "../../table/cell-at.ts";
import { cellState, type Column } from "../../table/column.ts";
import { anyColumnOf } from "../../table/table.ts";

/** How {@link distribution} judges. */
export interface DistributionOptions {
  /** What the batch is compared with: the dataset's newest version. */
  readonly against: "previous";
  /** The probability that a batch of the same distribution fails, strictly between 0 and 1. @default 0.001 */
  readonly falseAlarmRate?: number;
  /** The least population stability index that matters, whatever the sample size. @default 0.1 */
  readonly minEffect?: number;
  /** Whether a failure decides about the batch. @default "error" */
  readonly severity?: "error" | "warn";
}

/**
 * A column is distributed as in the previous version: the population stability index over bins frozen on that version stays below both what
 * chance explains at these sizes and the least effect that matters. Missing cells have a bin of their own.
 *
 * Without a previous version the answer is `insufficientHistory`, never "pass".
 *
 * @example
 * ```ts
 * import { distribution } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const miles = makeTable({ distance: { tag: "f64", values: Float64Array.from({ length: 2000 }, (_, i) => i) } });
 * const kilometres = makeTable({ distance: { tag: "f64", values: Float64Array.from({ length: 2000 }, (_, i) => i * 1.609) } });
 * const check = distribution("distance", { against: "previous" });
 * if (check.judge({ batch: kilometres, previous: miles }).outcome !== "fail") throw new Error("another unit");
 * if (check.judge({ batch: miles, previous: miles }).outcome !== "pass") throw new Error("the same");
 * if (check.judge({ batch: miles }).outcome !== "insufficientHistory") throw new Error("nothing to compare with");
 * ```
 */
export function distribution<const C extends string>(column: C, options: DistributionOptions): Check<C> {
  const falseAlarmRate = options.falseAlarmRate ?? 0.001;
  const minEffect = options.minEffect ?? 0.1;
  if (!(falseAlarmRate > 0 && falseAlarmRate < 1 && minEffect >= 0)) {
    throw new SluiceError("argument/invalid", {
      found: `falseAlarmRate ${falseAlarmRate}, minEffect ${minEffect}`,
      expected: "a rate strictly between 0 and 1 and an effect of at least 0",
      fix: "Correct the options.",
    });
  }
  const about = { check: "distribution", columns: [column], severity: options.severity ?? "error" } as const;
  const params = { against: options.against, falseAlarmRate, minEffect };
  return { ...about, params, judge: (input) => judgeColumn(about, column, input, falseAlarmRate, minEffect) };
}

type About = Pick<CheckOutcome, "check" | "columns" | "severity">;

function judgeColumn(
  about: About,
  name: string,
  { batch, previous }: CheckInput,
  falseAlarmRate: number,
  minEffect: number,
): CheckOutcome {
  const unknown = (why: string): CheckOutcome => ({
    ...about,
    outcome: "insufficientHistory",
    reason: `${name}: ${why}`,
  });
  if (previous === undefined) return unknown("there is no previous version to compare with");
  if (batch.rowCount === 0) return unknown("the batch has no rows");
  const compared = compare(anyColumnOf(previous, name), anyColumnOf(batch, name));
  if (isNotComputable(compared)) return unknown(compared.detail);
  const found = psi(compared.bins.counts, compared.counts);
  const random = seededRandom("distribution");
  const calm = distanceNull("psi", compared.bins, batch.rowCount, {
    random,
    draws: Math.max(1999, Math.ceil(2 / falseAlarmRate)),
  });
  if (isNotComputable(found)) return unknown(found.detail);
  if (isNotComputable(calm)) return unknown(calm.detail);
  const chance = distanceThreshold(calm, { falseAlarmRate });
  const bound = Math.max(chance, minEffect);
  const outcome = found.value > bound ? "fail" : "pass";
  const limits = `chance explains up to ${chance.toFixed(4)}, ${minEffect} would matter`;
  return {
    ...about,
    outcome,
    value: found.value,
    bound,
    reason: `${name}: PSI ${found.value.toFixed(4)} against the previous version (${limits})`,
  };
}

function compare(reference: Column, current: Column): { bins: ReferenceBins; counts: Float64Array } | NotComputable {
  if (reference.tag === "utf8" || reference.tag === "bool") {
    const bins = categoryBins(categories(reference));
    return isNotComputable(bins) ? bins : { bins, counts: categoryCounts(bins, categories(current)) };
  }
  const bins = quantileBins(numbers(reference));
  return isNotComputable(bins) ? bins : { bins, counts: binCounts(bins, numbers(current)) };
}

function* categories(column: Column): Iterable<string | null> {
  for (let row = 0; row < column.values.length; row++) {
    const value = cellAt(column, row);
    yield value === null || value === undefined ? null : String(value);
  }
}

function numbers(column: Column): { values: ArrayLike<number>; validity?: Uint8Array } {
  const values = column.tag === "i64" ? Float64Array.from(column.values, Number) : column.values;
  return column.states === undefined ? { values } : { values, validity: validityBits(column.states) };
}

/** States as a bitmap in Arrow's layout: 1 = present. */
function validityBits(states: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(states.length / 8));
  for (let row = 0; row < states.length; row++) {
    if (states[row] === cellState.present) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bits;
}
