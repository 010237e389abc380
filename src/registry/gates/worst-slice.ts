import type { MetricReading } from "./metric-bound.ts";
import type { RowsPart } from "./small-parts.ts";

/** The worst reading of some slices and where it is; or the first slice without one, and why. */
export type WorstSlice<S> =
  | { readonly measured: true; readonly value: number; readonly slice: S }
  | { readonly measured: false; readonly reason: string; readonly slice: S };

/** The slice with the least reading where the least is bounded, else the largest; the first of equal ones. One that is not measured is worse than any. */
export function worstSlice<S extends RowsPart>(
  slices: readonly [S, ...S[]],
  read: (slice: S) => MetricReading,
  bounded: "atLeast" | "atMost",
): WorstSlice<S> {
  const sign = bounded === "atLeast" ? 1 : -1;
  let worst: WorstSlice<S> = { measured: true, value: sign * Number.POSITIVE_INFINITY, slice: slices[0] };
  for (const slice of slices) {
    const reading = read(slice);
    if (!reading.measured) return { measured: false, reason: reading.reason, slice };
    if (sign * reading.value < sign * worst.value) worst = { measured: true, value: reading.value, slice };
  }
  return worst;
}
