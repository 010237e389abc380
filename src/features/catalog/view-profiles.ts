import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { Digest } from "../../core/digest.ts";
import { storedRecord } from "../../core/stored-json.ts";
import type { Table } from "../../table/table.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";
import { type FeatureProfile, type ProfileSource, profileColumn } from "./feature-profile.ts";

/** The newest profile of a view's features. */
export interface ViewProfile {
  /** The version of this format. */
  readonly schema: 1;
  readonly view: string;
  readonly hash: Digest;
  readonly source: ProfileSource;
  /** At most so many rows were looked at. */
  readonly sampleRows: number;
  readonly features: { readonly [feature: string]: FeatureProfile };
}

/** Rows that are looked at beyond counting, where nothing else is said: the ranks of quantiles then have a standard error of 0.5% at most. */
export const profileRows = 10_000;

/** Profiles the features of each of a service's views in a table of columns `view.feature`; views of which it has none are left out. */
export function profilesOf(
  service: ServiceDefinition,
  table: Table,
  source: ProfileSource,
  sampleRows: number,
): readonly ViewProfile[] {
  return service.views.flatMap((view) => {
    const features = Object.keys(view.features).flatMap((feature) => {
      const column = table.columns[`${view.name}.${feature}`];
      return column === undefined ? [] : [[feature, profileColumn(column, sampleRows)] as const];
    });
    if (features.length === 0) return [];
    const profile = { schema: 1 as const, view: view.name, hash: view.hash, source, sampleRows };
    return [{ ...profile, features: Object.fromEntries(features) }];
  });
}

/** Keeps profiles, one a view's meaning, unless a newer one is kept. */
export async function keepProfiles(metadata: MetadataStore, profiles: readonly ViewProfile[]): Promise<void> {
  if (profiles.length === 0) return;
  await metadata.write(async (tx) => {
    const sql = tx.sql.withTables<FeaturesTables>();
    for (const profile of profiles) {
      const row = { view: profile.hash, profiled_at_ms: profile.source.atMs, record: JSON.stringify(profile) };
      await sql
        .insertInto("feature_profile")
        .values(row)
        .onConflict((conflict) =>
          conflict
            .column("view")
            .doUpdateSet({ profiled_at_ms: row.profiled_at_ms, record: row.record })
            .where("feature_profile.profiled_at_ms", "<=", row.profiled_at_ms),
        )
        .execute();
    }
  });
}

/** The profiles that are kept of views, by hash. */
export async function keptProfiles(
  metadata: MetadataStore,
  views: readonly Digest[],
): Promise<ReadonlyMap<Digest, ViewProfile>> {
  if (views.length === 0) return new Map();
  const sql = metadata.sql.withTables<FeaturesTables>();
  const rows = await sql.selectFrom("feature_profile").selectAll().where("view", "in", views).execute();
  const profiles = rows.map(({ view, record }) =>
    storedRecord<ViewProfile>(record, { table: "feature_profile", row: view }, "hash", "source", "features"),
  );
  return new Map(profiles.map((profile) => [profile.hash, profile]));
}
