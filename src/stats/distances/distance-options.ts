import { SluiceError } from "../../core/errors.ts";
import type { NotComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import type { Distance, DistanceMetric, HistogramMetric, LogarithmBase, WassersteinUnit } from "./distance.ts";
import { hellinger, lInfinity, totalVariation } from "./histogram-distances.ts";
import { jensenShannon } from "./jensen-shannon.ts";
import { kullbackLeibler } from "./kullback-leibler.ts";
import type { Smoothing } from "./paired-shares.ts";
import { psi } from "./psi.ts";

/** What a single distance can be told; an option that the distance does not have is refused. */
export interface DistanceOptions {
  /** What stands in for a share of 0, for `psi` and `kullbackLeibler`. @default { pseudocount: 0.5 } */
  readonly smoothing?: Smoothing;
  /** The base of the logarithm. @default "2" for `jensenShannon`, "e" for `kullbackLeibler` */
  readonly base?: LogarithmBase;
  /** The unit of `wasserstein`. @default "raw" */
  readonly unit?: WassersteinUnit;
}

const metrics: readonly DistanceMetric[] = [
  "psi",
  "kullbackLeibler",
  "jensenShannon",
  "hellinger",
  "totalVariation",
  "lInfinity",
  "wasserstein",
  "energy",
];

const takes: Readonly<Record<keyof DistanceOptions, readonly DistanceMetric[]>> = {
  smoothing: ["psi", "kullbackLeibler"],
  base: ["jensenShannon", "kullbackLeibler"],
  unit: ["wasserstein"],
};

/** Throws `argument/invalid` for an unknown distance and for an option that it does not have. */
export function requireDistance(metric: DistanceMetric, options: DistanceOptions): void {
  requireOneOf("metric", metric, metrics);
  for (const name of ["smoothing", "base", "unit"] as const) {
    if (options[name] === undefined || takes[name].includes(metric)) continue;
    throw new SluiceError("argument/invalid", {
      found: `the option ${name} for ${metric}`,
      expected: `it for ${takes[name].join(" and ")} only`,
      fix: `Leave ${name} out.`,
    });
  }
}

/** Tells the distances that need an order of the cells from those that do not. */
export function isHistogramMetric(metric: DistanceMetric): metric is HistogramMetric {
  return metric !== "wasserstein" && metric !== "energy";
}

/** A distance of two histograms by its name. */
export function histogramDistance(
  metric: HistogramMetric,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  { smoothing, base }: DistanceOptions,
): Distance | NotComputable {
  const smoothed = smoothing === undefined ? {} : { smoothing };
  const based = base === undefined ? {} : { base };
  switch (metric) {
    case "psi":
      return psi(reference, current, smoothed);
    case "kullbackLeibler":
      return kullbackLeibler(reference, current, { ...smoothed, ...based });
    case "jensenShannon":
      return jensenShannon(reference, current, based);
    case "hellinger":
      return hellinger(reference, current);
    case "totalVariation":
      return totalVariation(reference, current);
    case "lInfinity":
      return lInfinity(reference, current);
  }
}
