import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readAliases } from "../versions/aliases.ts";
import { readStanding, type Standing } from "../versions/standing.ts";
import { productionOf } from "../versions/standing-blocks.ts";
import { versionSubject } from "../versions/version-key.ts";
import { readVersions, type StoredVersion, tampered } from "../versions/version-table.ts";

/** The version in production, by its alias and its stage, which must agree; "none" only if the signed standing says so. Errors: `registry/tampered`. */
export async function presentChampion(
  options: RegistryOptions,
  model: string,
  known?: Standing,
): Promise<StoredVersion | null> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { champion } = await readAliases(sql, model);
  const inProduction = await readVersions(sql, model, options.verifier, "production");
  const only = inProduction[0] ?? null;
  if (inProduction.length > 1 || only?.version.version !== champion) {
    const standing = inProduction.map((stored) => versionSubject(stored.version)).join(", ") || "none";
    throw tampered(
      `${model}@${champion ?? "-"}`,
      `the alias "champion" points at ${champion ?? "nothing"}, in production: ${standing}`,
    );
  }
  if (only === null) {
    const signed = productionOf(known ?? (await readStanding(sql, model, options.verifier)));
    if (signed !== null)
      throw tampered(`${model}@${signed}`, "it holds production by the signed standing, but stands elsewhere");
  }
  return only;
}
