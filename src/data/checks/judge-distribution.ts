import { seededRandom } from "../../core/random.ts";
import { binCounts } from "../../stats/binning/bin-counter.ts";
import { categoryBins, categoryCounts } from "../../stats/binning/category-bins.ts";
import { mergeCounts } from "../../stats/binning/merge-counts.ts";
import { quantileBins } from "../../stats/binning/numeric-bins.ts";
import type { ReferenceBins } from "../../stats/binning/reference-bins.ts";
import { binnedDistance } from "../../stats/distances/binned-distance.ts";
import type { HistogramMetric } from "../../stats/distances/distance.ts";
import { isNotComputable, type NotComputable } from "../../stats/not-computable.ts";
import { distanceNull } from "../../stats/thresholds/distance-null.ts";
import { distanceThreshold } from "../../stats/thresholds/read-null.ts";
import { cellAt } from "../../table/cell-at.ts";
import { cellState, type Column } from "../../table/column.ts";
import { columnDoubles } from "./column-doubles.ts";
import { refuseOption, type SeverityOption } from "./require-option.ts";

/** When two distributions count as different. */
export interface DistributionLimits extends SeverityOption {
  /** The probability that a batch of the same distribution fails, strictly between 0 and 1. @default 0.001 */
  readonly falseAlarmRate?: number;
  /** The least distance that matters, whatever the sample size. @default 0.1 for the population stability index; must be given for others */
  readonly minEffect?: number;
  /** The distance, over bins frozen on the reference. @default "psi", the population stability index */
  readonly metric?: HistogramMetric;
}

const metrics: readonly HistogramMetric[] = [
  "psi",
  "kullbackLeibler",
  "jensenShannon",
  "hellinger",
  "totalVariation",
  "lInfinity",
];

/** The limits with their defaults; throws `argument/invalid`. */
export function requireLimits(options: DistributionLimits): Required<Omit<DistributionLimits, "severity">> {
  const metric = options.metric ?? "psi";
  const falseAlarmRate = options.falseAlarmRate ?? 0.001;
  const minEffect = options.minEffect ?? (metric === "psi" ? 0.1 : Number.NaN);
  if (!metrics.includes(metric))
    refuseOption(`metric ${JSON.stringify(metric)}`, metrics.map((name) => `"${name}"`).join(", "));
  if (!(falseAlarmRate > 0 && falseAlarmRate < 1))
    refuseOption(`falseAlarmRate ${falseAlarmRate}`, "a rate strictly between 0 and 1");
  if (!(minEffect >= 0 && Number.isFinite(minEffect)))
    refuseOption(
      `minEffect ${options.minEffect}`,
      "a distance of at least 0",
      "Say which distance would matter; 0 if any would.",
    );
  return { metric, falseAlarmRate, minEffect };
}

/** A distance from a reference, with what chance explains at these sizes. */
export interface JudgedDistance {
  readonly value: number;
  readonly chance: number;
  readonly bound: number;
}

/** Compares a column that comes piece by piece with a reference, over bins that are frozen on the reference. */
export class DistributionMeter {
  readonly #bins: ReferenceBins | NotComputable;
  readonly #limits: Required<Omit<DistributionLimits, "severity">>;
  #counts: Float64Array | undefined;
  #rows = 0;

  constructor(reference: Column, limits: Required<Omit<DistributionLimits, "severity">>) {
    const isCategory = reference.tag === "utf8" || reference.tag === "json" || reference.tag === "bool";
    this.#bins = isCategory ? categoryBins(categories(reference)) : quantileBins(numbers(reference));
    this.#limits = limits;
  }

  /** Takes the next cells. */
  add(column: Column): void {
    const bins = this.#bins;
    if (isNotComputable(bins)) return;
    this.#rows += column.values.length;
    const own = bins.kind === "category" ? categoryCounts(bins, categories(column)) : binCounts(bins, numbers(column));
    this.#counts = this.#counts === undefined ? own : mergeCounts(this.#counts, own);
  }

  /** The distance of all cells so far; a text says why there is none. */
  judge(): JudgedDistance | string {
    const bins = this.#bins;
    if (isNotComputable(bins)) return bins.detail;
    if (this.#counts === undefined) return "the batch has no rows";
    const { metric, falseAlarmRate, minEffect } = this.#limits;
    const found = binnedDistance(metric, bins, this.#counts);
    const random = seededRandom("distribution");
    const draws = Math.max(1999, Math.ceil(2 / falseAlarmRate));
    const calm = distanceNull(metric, bins, this.#rows, { random, draws });
    if (isNotComputable(found)) return found.detail;
    if (isNotComputable(calm)) return calm.detail;
    const chance = distanceThreshold(calm, { falseAlarmRate });
    return { value: found.value, chance, bound: Math.max(chance, minEffect) };
  }
}

function* categories(column: Column): Iterable<string | null> {
  for (let row = 0; row < column.values.length; row++) {
    const value = cellAt(column, row);
    yield value === null || value === undefined ? null : String(value);
  }
}

function numbers(column: Column): { values: ArrayLike<number>; validity?: Uint8Array } {
  const values = column.tag === "utf8" ? column.values : columnDoubles(column);
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
