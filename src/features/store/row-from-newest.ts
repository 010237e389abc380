import { featureStatus } from "../../contracts/feature-reader.ts";
import { cellOf } from "./feature-cells.ts";
import { latestStatus } from "./latest-cell.ts";
import type { LookUpView } from "./look-up-views.ts";
import { requireKept } from "./online-retention.ts";
import type { ViewReads } from "./read-online.ts";
import type { FeatureRow, RowShape } from "./row-shape.ts";

/**
 * One row's features straight from the newest events of one entity, as the columns of {@link latestFromNewest} would give them; `undefined` where
 * events of another kind were read. Errors: `features/not-kept`.
 */
export function rowFromNewest(
  views: readonly LookUpView[],
  { empty }: RowShape,
  reads: ViewReads,
  atMs: number,
): FeatureRow | undefined {
  const cells: { -readonly [name in keyof FeatureRow]: FeatureRow[name] } = { ...empty };
  for (let i = 0; i < views.length; i++) {
    const [view, read] = [views[i], reads[i]];
    if (view === undefined || read === undefined || !("newest" in read.found) || read.found.late !== undefined)
      return undefined;
    const { newest } = read.found;
    const { plan, features } = view;
    requireKept(plan, atMs, newest.keptFromMs);
    const place = read.keyIndex[0] ?? -1;
    const eventTimeMs = newest.eventTimeMs[place] ?? Number.NaN;
    const isFound = !Number.isNaN(eventTimeMs);
    const found = latestStatus(isFound, eventTimeMs >= atMs - plan.body.ttlMs, true);
    for (let f = 0; f < features.length; f++) {
      const feature = features[f];
      if (feature === undefined) continue;
      const cell = feature.value * newest.ids.length + place;
      const status = found === featureStatus.present ? latestStatus(true, true, newest.states[cell] === 1) : found;
      const value = newest.others[feature.value]?.values[place] ?? newest.numbers[cell] ?? Number.NaN;
      cells[feature.name] = cellOf(feature.tag, status, value, eventTimeMs);
    }
  }
  return cells;
}
