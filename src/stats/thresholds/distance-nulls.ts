import { seededRandom } from "../../core/random.ts";
import type { ReferenceBins } from "../binning/reference-bins.ts";
import type { DistanceMetric } from "../distances/distance.ts";
import type { DistanceOptions } from "../distances/distance-options.ts";
import type { NotComputable } from "../not-computable.ts";
import { requireCount } from "../require-argument.ts";
import type { CalibratedMetric, CalibratedSampleMetric, DistanceNull } from "./calibration.ts";
import { distanceNull } from "./distance-null.ts";

/** How {@link DistanceNulls} simulates. */
export interface DistanceNullsOptions {
  /** The same seed gives the same nulls, in whatever order they are asked for. */
  readonly seed: string | number;
  /** How many windows are simulated for each, 1 to 10,000,000. @default 4999 */
  readonly draws?: number;
}

/**
 * Null distributions that are worked out once and kept as long as this object and their reference: one for each reference (by identity),
 * distance, options and size of window, sizes within 5% of each other sharing one.
 *
 * @example
 * ```ts
 * import { DistanceNulls, distancePValue, isNotComputable, quantileBins } from "sluice/stats";
 * const bins = quantileBins({ values: Float64Array.from({ length: 1000 }, (_, i) => i) });
 * if (isNotComputable(bins)) throw new Error(bins.detail);
 * const nulls = new DistanceNulls({ seed: "drift", draws: 999 });
 * const calm = nulls.of("psi", bins, 5000);
 * if (isNotComputable(calm) || calm !== nulls.of("psi", bins, 4900)) throw new Error("worked out once");
 * if (distancePValue(calm, 0.5, { m: 4900 }) > 0.01) throw new Error("a PSI of 0.5 in five thousand rows is no chance");
 * ```
 */
export class DistanceNulls {
  readonly #options: DistanceNullsOptions;
  readonly #known: WeakMap<object, Map<string, DistanceNull | NotComputable>> = new WeakMap();

  constructor(options: DistanceNullsOptions) {
    requireCount("draws", options.draws ?? 4999, 1, 10_000_000);
    this.#options = options;
  }

  /** {@link distanceNull} for a window of about m rows; read it with the m at hand: `distancePValue(calm, value, { m })`. */
  of(
    metric: DistanceMetric,
    reference: ReferenceBins,
    m: number,
    options?: DistanceOptions,
  ): DistanceNull | NotComputable;
  of(
    metric: CalibratedSampleMetric,
    reference: ArrayLike<number>,
    m: number,
    options?: DistanceOptions,
  ): DistanceNull | NotComputable;
  of(
    metric: CalibratedMetric,
    reference: ReferenceBins | ArrayLike<number>,
    m: number,
    options: DistanceOptions = {},
  ): DistanceNull | NotComputable {
    requireCount("m", m, 1);
    const size = sizeOfBucket(m);
    const key = JSON.stringify([metric, size, options.smoothing, options.base, options.unit]);
    const known = this.#known.get(reference) ?? new Map<string, DistanceNull | NotComputable>();
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const { seed, draws } = this.#options;
    const random = seededRandom(`${seed}/${key}`);
    // Which of the two kinds it is, the overloads of this method have made sure of.
    const made = distanceNull(metric as DistanceMetric, reference as ReferenceBins, size, {
      ...options,
      random,
      ...(draws === undefined ? {} : { draws }),
    });
    known.set(key, made);
    this.#known.set(reference, known);
    return made;
  }
}

/** The size that stands for all within 5%; small windows stand for themselves. */
function sizeOfBucket(m: number): number {
  return m <= 20 ? m : Math.round(1.1 ** Math.round(Math.log(m) / Math.log(1.1)));
}
