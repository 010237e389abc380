import type { DatasetDefinition } from "../../../src/contracts/dataset-definition.ts";
import { entity, featureService, featureView, nullable, t } from "../../../src/features/index.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import type { Workbench } from "../feature-workbench.ts";
import { plainDataset } from "../plain-dataset.ts";

// What drivers were rated, and when that was known: the fixture of most cases.

export const day = 86_400_000;
export const hour = 3_600_000;
/** An instant of January 2024. */
export const jan = (date: number, hours: number = 0): number => Date.UTC(2024, 0, date, hours);

const columns = {
  driver: t.int64,
  time: t.instant,
  created: nullable(t.instant),
  v: nullable(t.float64),
};
export const ratings = plainDataset("ratings", columns, { knownTime: "created" });
export const driver = entity("driver", { driver: t.int64 });

/** A service on the latest rating, `rating.v`. */
export function ratingService(
  options: { readonly ttl?: string; readonly source?: DatasetDefinition<"ratings", typeof columns> } = {},
) {
  const { source = ratings, ...rest } = options;
  return featureService("ratings", [
    featureView("rating", { source, entities: [driver], latest: { v: "v" }, ...rest }),
  ]);
}

/** A driver, an event time, when it was created, and the rating. */
export type Rating = readonly [driver: bigint, time: number, created: number | null, v: number | null];

/** Adds a version with ratings. */
export async function commitRatings({ datasets }: Workbench, rows: readonly Rating[]): Promise<void> {
  const records = rows.map(([id, time, created, v]) => ({ driver: id, time, created, v }));
  await datasets.commit(ratings, [tableFromRows(records, columns)]);
}

/** Ratings with ids, for pushes. */
export const idRatings = plainDataset(
  "id_ratings",
  { id: t.float64, driver: t.int64, time: t.instant, created: t.instant, v: nullable(t.float64) },
  { id: "id", knownTime: "created" },
);
