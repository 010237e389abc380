import type { FairnessMeasurement } from "../../../contracts/evaluation-report.ts";
import type { Metrics } from "../../../contracts/metric-estimate.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import { wilsonInterval } from "../../../stats/quality/wilson-interval.ts";
import type { Proportion } from "../../../stats/tests/proportion.ts";
import type { JudgedRows } from "../judged-rows.ts";
import { slicesOf } from "../slices.ts";
import { leastRatio, widestGap } from "./widest-gap.ts";

/** How fairness is measured. */
export interface FairnessOptions {
  /** The columns whose groups are compared; they need not be features. */
  readonly columns: readonly string[];
  /** A row is called positive from this prediction on. @default the evaluation's `threshold` */
  readonly threshold?: number;
  /** Groups with fewer rows are reported, and not compared. @default 30 */
  readonly minRows?: number;
}

type RateName = "selectionRate" | "truePositiveRate" | "falsePositiveRate" | "precision";
type Rates = { readonly [rate in RateName]: Proportion };

interface Group {
  readonly value: string;
  readonly rows: number;
  readonly rates: Rates;
}

/**
 * How differently the groups of a column are treated: demographic parity (shares called positive), equal opportunity (true positive rates), equalised odds
 * (the larger of the differences of true and of false positive rates: M. Hardt, E. Price, N. Srebro, 2016), predictive parity (precisions).
 */
export function measureFairness(
  judged: JudgedRows,
  column: string,
  { threshold = 0.5, minRows = 30 }: Pick<FairnessOptions, "threshold" | "minRows">,
): FairnessMeasurement {
  const slices = slicesOf(judged.table, column, judged.rowIndex);
  const small = slices
    .filter(({ places }) => places.length < minRows)
    .map(({ value, places }) => ({ value, rows: places.length }));
  const groups = slices
    .filter(({ places }) => places.length >= minRows)
    .map(({ value, places }) => ({ value, rows: places.length, rates: ratesOf(judged, places, threshold) }));
  return {
    column,
    groups: groups.length,
    metrics: differences(judged, groups),
    threshold,
    byGroup: groups.map(({ value, rows, rates }) => ({ value, rows, metrics: shown(rates) })),
    ...(small.length > 0 && { small }),
  };
}

function ratesOf({ labels, predictions }: JudgedRows, places: Int32Array, threshold: number): Rates {
  let [positives, called, right] = [0, 0, 0];
  for (const place of places) {
    const positive = labels[place] === 1;
    const calls = (predictions[place] as number) >= threshold;
    if (positive) positives++;
    if (calls) called++;
    if (positive && calls) right++;
  }
  return {
    selectionRate: { successes: called, trials: places.length },
    truePositiveRate: { successes: right, trials: positives },
    falsePositiveRate: { successes: called - right, trials: places.length - positives },
    precision: { successes: right, trials: called },
  };
}

function differences({ kind, rows }: JudgedRows, groups: readonly Group[]): Metrics {
  const names = ["demographicParityDifference", "equalisedOddsDifference"];
  if (kind !== "binary")
    return Object.fromEntries(names.map((name) => [name, { notComputable: `a ${kind} model calls no row positive` }]));
  if (groups.length < 2)
    return Object.fromEntries(names.map((name) => [name, { notComputable: "fewer than two groups have enough rows" }]));
  const of = (rate: RateName) => groups.map(({ value, rates }) => ({ value, seen: rates[rate] }));
  return {
    demographicParityDifference: widestGap([of("selectionRate")], rows),
    demographicParityRatio: leastRatio(of("selectionRate"), rows),
    equalOpportunityDifference: widestGap([of("truePositiveRate")], rows),
    equalisedOddsDifference: widestGap([of("truePositiveRate"), of("falsePositiveRate")], rows),
    predictiveParityDifference: widestGap([of("precision")], rows),
  };
}

function shown(rates: Rates): Metrics {
  return Object.fromEntries(
    Object.entries(rates).map(([name, seen]) => {
      const found = wilsonInterval(seen);
      if (isNotComputable(found)) return [name, { notComputable: found.detail }];
      return [name, { value: found.value, lower: found.lower, upper: found.upper, n: seen.trials }];
    }),
  );
}
