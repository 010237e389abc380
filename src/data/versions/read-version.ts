import type { CheckOutcome } from "../../contracts/check.ts";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Digest } from "../../core/digest.ts";
import type { DataTables } from "../data-migrations.ts";
import type { ManifestHeader } from "../parts/manifest.ts";
import type { ManifestStore } from "../parts/manifest-store.ts";
import { requireNotErased, tombstoneOf, tombstoneText } from "./tombstone.ts";
import { versionNotFound } from "./version-errors.ts";
import { judgeValidation } from "./version-validation.ts";

/** A version as it was committed. Errors: `data/version-not-found`, `data/erased`, `blob/corrupt`. */
export async function readVersion(
  metadata: MetadataStore,
  manifests: ManifestStore,
  digest: Digest,
): Promise<DatasetVersion> {
  const row = await metadata.sql
    .withTables<DataTables>()
    .selectFrom("data_version")
    .selectAll()
    .where("digest", "=", digest)
    .executeTakeFirst();
  await requireNotErased(metadata, digest);
  if (row === undefined) throw versionNotFound(digest);
  const { dataset, schemaDigest, parent, rows, checks } = await manifests.header(digest);
  return { dataset, digest, schemaDigest, parent, rows, createdAtMs: row.created_at_ms, checks };
}

/** Whether a version, with those it was appended to, has passed the checks that training asks for. Errors: as {@link readVersion}. */
export async function readValidation(
  metadata: MetadataStore,
  manifests: ManifestStore,
  digest: Digest,
): Promise<{ readonly validated: boolean; readonly reason: string }> {
  const erased = await tombstoneOf(metadata, digest);
  if (erased !== undefined) return { validated: false, reason: tombstoneText(erased) };
  const checks: (readonly CheckOutcome[])[] = [];
  for (let next: Digest | null = digest; next !== null; ) {
    const manifest: ManifestHeader = await manifests.header(next);
    checks.push(manifest.checks);
    next = manifest.parent;
  }
  return judgeValidation(checks);
}
