import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readCounters } from "./model-row.ts";
import { requireModelName } from "./version-key.ts";
import { readVersions, type StoredVersion, tampered } from "./version-table.ts";

/** Every version of a model, oldest first, each verified, and as many as were registered. Errors: `registry/tampered`. */
export async function countedVersions(
  { metadata, verifier }: Pick<RegistryOptions, "metadata" | "verifier">,
  model: string,
): Promise<readonly StoredVersion[]> {
  requireModelName(model);
  const sql = metadata.sql.withTables<RegistryTables>();
  const before = (await readCounters(sql, model)).versions;
  const found = await readVersions(sql, model, verifier);
  // One that was registered between the two is counted after.
  const after = found.length === before ? before : (await readCounters(sql, model)).versions;
  if (found.length >= before && found.length <= after) return found;
  throw tampered(`${model}@1-${after}`, `${after} versions were registered, ${found.length} are there`);
}
