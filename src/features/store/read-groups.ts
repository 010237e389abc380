import type { WindowedPlan } from "./windowed-plan.ts";

/** Views whose events are read by the same fields of a request: their entity keys are encoded once. Views are told by their places. */
export interface ReadGroup {
  /** One of them. */
  readonly first: WindowedPlan;
  /** Views of look-ups alone: the newest events of all of them are read at once. */
  readonly lookUps: readonly number[];
  readonly lookUpHashes: readonly string[];
  /** Views with windows: of each the events are read that its windows reach. */
  readonly windowed: readonly number[];
}

/** Groups views by the fields that they are read by. */
export function readGroups(reads: readonly WindowedPlan[]): readonly ReadGroup[] {
  const places = [...reads.keys()];
  const groups = Map.groupBy(places, (place) => JSON.stringify(reads[place]?.readBy));
  return [...groups.values()].flatMap((own) => {
    const first = reads[own[0] ?? -1];
    if (first === undefined) return [];
    const lookUps = own.filter((place) => reads[place]?.spec.features.length === 0);
    return {
      first,
      lookUps,
      lookUpHashes: lookUps.map((place) => reads[place]?.view.hash ?? ""),
      windowed: own.filter((place) => !lookUps.includes(place)),
    };
  });
}
