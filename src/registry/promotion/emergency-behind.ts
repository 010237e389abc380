import { verifiedCertificate } from "../loading/verified-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readVersion, type StoredVersion } from "../versions/version-table.ts";

/**
 * Where a version stands at the target already, but by an emergency that passed closed gates: the version it replaced in production (`null` =
 * none), against which it is judged after the fact. `undefined` for every other transition.
 */
export async function emergencyBehind(
  options: RegistryOptions,
  subject: StoredVersion,
  target: string,
): Promise<{ readonly replaced: StoredVersion | null } | undefined> {
  const { stage, name } = subject.version;
  if (target !== stage || (stage !== "candidate" && stage !== "production")) return undefined;
  const { body } = await verifiedCertificate(options, subject);
  if (body.breakGlass === undefined) return undefined;
  if (body.champion === null) return { replaced: null };
  const sql = options.metadata.sql.withTables<RegistryTables>();
  return { replaced: await readVersion(sql, { name, version: body.champion.version }, options.verifier) };
}
