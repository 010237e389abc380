import type { CalibratedMetric } from "./calibration.ts";

/** n·m/(n + m): the rows that two samples are worth. */
export function pairedSize(n: number, m: number): number {
  return n * (m / (n + m));
}

/** What makes a distance without drift independent of the sizes, to first order: a divergence shrinks with the size, the others with its root. */
export function sizeScale(metric: CalibratedMetric, n: number, m: number): number {
  const size = pairedSize(n, m);
  return metric === "psi" || metric === "kullbackLeibler" ? size : Math.sqrt(size);
}
