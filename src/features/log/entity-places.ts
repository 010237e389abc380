import type { Kysely } from "kysely";
import type { CellTag } from "../../core/cell-type.ts";
import { storedRecord } from "../../core/stored-json.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";

/** Where the entity of a view's events stands: in the source's columns, and in the fields of requests. */
export interface EntityPlace {
  readonly dataset: string;
  /** The source's columns that are the key, in order. */
  readonly columns: readonly string[];
  /** The fields of a request that hold them. */
  readonly fields: readonly string[];
  readonly tags: readonly CellTag[];
}

/** What is on record of a view of events: its meaning, as it is hashed. */
interface WindowedMeaning {
  readonly source: { readonly name: string };
  readonly keys: readonly { readonly name: string; readonly tag: CellTag; readonly column?: string }[];
}

interface AliasMeaning {
  readonly of: string;
  readonly keys: { readonly [key: string]: string };
}

/** The entities of every view on record whose events are a dataset's, by columns, each once. */
export async function placesIn(sql: Kysely<FeaturesTables>, dataset: string): Promise<readonly EntityPlace[]> {
  const rows = await sql
    .selectFrom("feature_view")
    .select(["hash", "windowed"])
    .where("windowed", "is not", null)
    .execute();
  const places = new Map<string, EntityPlace>();
  for (const { hash, windowed } of rows) {
    if (windowed === null) continue;
    const place = placeOf(meaningOf(hash, windowed), {});
    if (place.dataset === dataset && place.columns.length > 0) places.set(JSON.stringify(place.columns), place);
  }
  return [...places.values()];
}

/** The entities of a service's views, and of those they take, by the fields of its requests. Views of everything alike have none. */
export async function placesOf(sql: Kysely<FeaturesTables>, service: string): Promise<readonly EntityPlace[]> {
  const views = await sql
    .selectFrom("feature_service_view")
    .innerJoin("feature_view", "feature_view.hash", "feature_service_view.hash")
    .select(["feature_view.hash", "feature_view.windowed", "feature_view.alias"])
    .where("feature_service_view.service", "=", service)
    .execute();
  const places: EntityPlace[] = [];
  for (const { hash, windowed, alias } of views) {
    if (windowed !== null) places.push(placeOf(meaningOf(hash, windowed), {}));
    if (alias === null) continue;
    const { of, keys } = storedRecord<AliasMeaning>(alias, { table: "feature_view", row: hash }, "of", "keys");
    const row = await sql.selectFrom("feature_view").select("windowed").where("hash", "=", of).executeTakeFirst();
    if (row?.windowed !== undefined && row.windowed !== null) places.push(placeOf(meaningOf(of, row.windowed), keys));
  }
  return places.filter(({ columns }) => columns.length > 0);
}

function meaningOf(hash: string, windowed: string): WindowedMeaning {
  return storedRecord(windowed, { table: "feature_view", row: hash }, "source", "keys");
}

function placeOf({ source, keys }: WindowedMeaning, readBy: AliasMeaning["keys"]): EntityPlace {
  return {
    dataset: source.name,
    columns: keys.map(({ name, column }) => column ?? name),
    fields: keys.map(({ name }) => readBy[name] ?? name),
    tags: keys.map(({ tag }) => tag),
  };
}
