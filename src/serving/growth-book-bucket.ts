import { refusedTexts } from "./refused-arguments.ts";

/**
 * GrowthBook's bucket of a unit (hash version 2), in [0, 1) in steps of 0.0001, for sharing assignments with its SDKs:
 * `fnv1a32(String(fnv1a32(seed + unit))) % 10000 / 10000`, FNV-1a over UTF-16 code units.
 *
 * @example
 * ```ts
 * import { growthBookBucket } from "sluice/serving";
 * if (growthBookBucket("seed", "a") !== 0.0505) throw new Error("another hash");
 * ```
 */
export function growthBookBucket(seed: string, unit: string): number {
  if (typeof seed !== "string" || typeof unit !== "string") throw refusedTexts("growthBookBucket()", { seed, unit });
  return (fnv1a32(String(fnv1a32(seed + unit))) % 10_000) / 10_000;
}

function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
