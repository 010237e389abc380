import type { OnlineEventBatch } from "../../contracts/online-store.ts";
import type { VectorBatch } from "../../contracts/vector-store.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";

/** A vector feature of a view. */
export interface VectorFeature {
  readonly name: string;
  readonly dimension: number;
  /** The place of its column among those that the view's events carry. */
  readonly value: number;
}

/** The latest look-ups of a view that are vectors: lists of doubles of one size. */
export function vectorFeatures({ view, body, latest }: WindowedPlan): readonly VectorFeature[] {
  return Object.keys(body.latest).flatMap((name, i) => {
    const type = view.features[name];
    if (type?.tag !== "f64[]" || type.size === undefined) return [];
    return [{ name, dimension: type.size, value: latest[i]?.value ?? -1 }];
  });
}

/** The vectors of events. */
export function vectorBatch(events: OnlineEventBatch, { dimension, value }: VectorFeature): VectorBatch {
  const { keys, keyIndex, ids, eventTimeMs, knownTimeMs } = events;
  const column = events.values[value];
  const hasValue = events.present[value];
  const vectors = new Float64Array(ids.length * dimension);
  const present = new Uint8Array(ids.length);
  for (let event = 0; event < ids.length; event++) {
    const vector = column?.kind === "numbers" ? column.values[event] : undefined;
    if (vector === undefined || (hasValue !== undefined && hasValue[event] !== 1)) continue;
    vectors.set(vector, event * dimension);
    present[event] = 1;
  }
  const own = Array.from(keyIndex, (key) => keys[key] ?? "");
  return { keys: own, vectors, eventTimeMs, knownTimeMs, ordinals: ids, present };
}
