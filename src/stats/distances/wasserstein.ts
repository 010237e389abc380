import { checkSample } from "../check-sample.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { sortDoubles } from "../sort-doubles.ts";
import type { Distance } from "./distance.ts";

/** How {@link wasserstein} measures. */
export interface WassersteinOptions {
  /** `raw`: in the unit of the values; `referenceStd`: in standard deviations of the reference (divisor n). @default "raw" */
  readonly unit?: "raw" | "referenceStd";
}

/**
 * The Wasserstein-1 (earth mover's) distance of two samples: the area between their empirical distribution functions.
 *
 * `notComputable` for an empty sample, NaN or infinite values, and in the unit `referenceStd` for a constant reference.
 *
 * @example
 * ```ts
 * import { isNotComputable, wasserstein } from "sluice/stats";
 * const result = wasserstein([0, 1, 2], [5, 6, 7]);
 * if (isNotComputable(result) || Math.abs(result.value - 5) > 1e-12) throw new Error("everything has moved by five");
 * ```
 */
export function wasserstein(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: WassersteinOptions = {},
): Distance | NotComputable {
  return (
    checkSample("reference", reference, true) ??
    checkSample("current", current, true) ??
    wassersteinSorted(sortDoubles(reference), sortDoubles(current), options)
  );
}

/** {@link wasserstein} of two samples that are sorted ascending and finite already. */
export function wassersteinSorted(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: WassersteinOptions = {},
): Distance | NotComputable {
  const n = reference.length;
  const m = current.length;
  if (n === 0 || m === 0) return notComputable("empty", "a sample is empty");
  const area = areaBetween(reference, current);
  if (options.unit !== "referenceStd") return { metric: "wasserstein", value: area, n, m };
  const deviation = populationDeviation(reference);
  if (deviation === 0) return notComputable("constant", "the reference does not vary, so it has no standard deviation");
  return { metric: "wasserstein", value: area / deviation, n, m };
}

function areaBetween(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const m = y.length;
  let i = 0;
  let j = 0;
  let last = Math.min(x[0] as number, y[0] as number);
  let area = 0;
  while (i < n || j < m) {
    const value = Math.min(i < n ? (x[i] as number) : Infinity, j < m ? (y[j] as number) : Infinity);
    area += (value - last) * Math.abs(i / n - j / m);
    last = value;
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
  }
  return area;
}

function populationDeviation(values: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += ((values[i] as number) - mean) / (i + 1);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
