import type { Kysely } from "kysely";
import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";
import { entityOfInput } from "./entity-hash.ts";
import { type EntityPlace, placesOf } from "./entity-places.ts";

/** Entities of a service that were erased, with when. */
export class ErasedEntities {
  readonly #places: readonly EntityPlace[];
  /** By the digest of an entity. */
  readonly #atMs: ReadonlyMap<string, number>;

  private constructor(places: readonly EntityPlace[], atMs: ReadonlyMap<string, number>) {
    this.#places = places;
    this.#atMs = atMs;
  }

  /** Those of a service's views. */
  static async of(sql: Kysely<FeaturesTables>, service: string): Promise<ErasedEntities> {
    const any = await sql.selectFrom("feature_erased").select("entity").limit(1).executeTakeFirst();
    if (any === undefined) return new ErasedEntities([], new Map());
    const places = await placesOf(sql, service);
    const datasets = [...new Set(places.map(({ dataset }) => dataset))];
    const atMs = new Map<string, number>();
    for (const dataset of datasets) {
      const rows = await sql
        .selectFrom("feature_erased")
        .select(["entity", "erased_at_ms"])
        .where("dataset", "=", dataset)
        .execute();
      for (const { entity, erased_at_ms } of rows) atMs.set(entity, erased_at_ms);
    }
    return new ErasedEntities(atMs.size === 0 ? [] : places, atMs);
  }

  /** Whether one of a request's entities was erased at an instant or later: what was served of it by then is gone. */
  has(input: FeatureInputRow, servedAtMs: number): boolean {
    return this.#places.some((place) => {
      const entity = entityOfInput(place, input);
      const erasedAtMs = entity === undefined ? undefined : this.#atMs.get(entity);
      return erasedAtMs !== undefined && servedAtMs <= erasedAtMs;
    });
  }

  /** Whether there are none: then nothing needs to be looked at. */
  get isEmpty(): boolean {
    return this.#places.length === 0;
  }
}
