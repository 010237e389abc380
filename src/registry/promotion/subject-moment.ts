import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { type ModelMoment, readMoment } from "../versions/model-moment.ts";
import type { TransitionTarget } from "../versions/transition-target.ts";
import { requireVersionKey, type VersionKey, versionNotFound } from "../versions/version-key.ts";
import { type StoredVersion, verifiedVersion } from "../versions/version-table.ts";

/** What stands around a version, and the version, which alone is verified. */
export interface SubjectMoment extends ModelMoment {
  readonly subject: StoredVersion;
}

/** Reads a {@link SubjectMoment}. Errors: `registry/not-found`, `registry/tampered`. */
export async function subjectMoment(
  options: RegistryOptions,
  key: VersionKey,
  to: TransitionTarget,
): Promise<SubjectMoment> {
  requireVersionKey(key);
  const moment = await readMoment(options.metadata.sql.withTables<RegistryTables>(), key, to);
  if (moment === undefined) throw versionNotFound(key);
  return { ...moment, subject: await verifiedVersion(moment.row, options.verifier) };
}
