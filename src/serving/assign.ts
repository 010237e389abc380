import { refusedNumbers, refusedTexts } from "./refused-arguments.ts";
import { hashOfText } from "./murmur3.ts";

/**
 * The bucket of a unit, in [0, 1): murmur3 (32 bits) over the UTF-8 of `salt`, a NUL and `unit`, divided by 2³².
 *
 * A pure function of its arguments: the same unit has the same bucket in every process and on every runtime. A lone
 * surrogate counts as U+FFFD.
 *
 * @example
 * ```ts
 * import { bucketOf } from "sluice/serving";
 * if (bucketOf("delay@2", "user-7") !== bucketOf("delay@2", "user-7")) throw new Error("not sticky");
 * ```
 */
export function bucketOf(salt: string, unit: string): number {
  if (typeof salt !== "string" || typeof unit !== "string") throw refusedTexts("bucketOf()", { salt, unit });
  return hashOfText(`${salt}\0${unit}`, 0) / 4294967296;
}

/**
 * Which arm answers a bucket: the challenger iff `bucket < share`.
 *
 * Shares are nested: raising the share moves units to the challenger and none back. A share of 0 gives nothing to it.
 */
export function armOf(bucket: number, share: number): "champion" | "challenger" {
  if (typeof bucket !== "number" || typeof share !== "number") throw refusedNumbers("armOf()", { bucket, share });
  return bucket < share ? "challenger" : "champion";
}
