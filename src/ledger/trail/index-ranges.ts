import type { JsonValue } from "../../core/canonical-json.ts";

/** Events from the first position up to, and without, the second. */
export type IndexRange = readonly [from: number, to: number];

/** The event that tells of values about persons that were erased, and of events that were dropped: both name them by `ranges`. */
export const erasedKind: "audit.erased" = "audit.erased";
export const retainedKind: "audit.retained" = "audit.retained";

/** Ascending positions as ranges. */
export function toRanges(indices: readonly number[]): readonly IndexRange[] {
  const ranges: [number, number][] = [];
  for (const index of indices) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index) last[1] = index + 1;
    else ranges.push([index, index + 1]);
  }
  return ranges;
}

/** The ranges that an event's body names. */
export function indexRanges(body: JsonValue): readonly IndexRange[] {
  if (typeof body !== "object" || body === null || !("ranges" in body) || !Array.isArray(body.ranges)) return [];
  const ranges: readonly unknown[] = body.ranges;
  return ranges.flatMap((range): readonly IndexRange[] => {
    const [from, to]: readonly unknown[] = Array.isArray(range) ? range : [];
    return typeof from === "number" && typeof to === "number" ? [[from, to]] : [];
  });
}
