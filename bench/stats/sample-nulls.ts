import type { DistanceNull } from "../../src/stats/thresholds/calibration.ts";
import type { Random } from "../../src/core/random.ts";
import { distanceNull } from "../../src/stats/thresholds/distance-null.ts";
import { sure } from "./false-alarm-rates.ts";

/** The nulls of the three distances of samples. */
export type SampleNulls = Readonly<Record<"wasserstein" | "energy" | "ksD", DistanceNull>>;

/** Works the three out. */
export function sampleNulls(reference: Float64Array, m: number, random: Random, draws: number): SampleNulls {
  return {
    wasserstein: sure(distanceNull("wasserstein", reference, m, { random, draws, unit: "referenceStd" })),
    energy: sure(distanceNull("energy", reference, m, { random, draws })),
    ksD: sure(distanceNull("ksD", reference, m, { random, draws })),
  };
}
