import { interpolatedQuantile } from "../../stats/quantile.ts";

/** The median of finite numbers; there must be one. */
export function medianOf(values: ArrayLike<number>): number {
  return interpolatedQuantile(Float64Array.from(values).sort(), 0.5);
}
