import type { BlobStore } from "../../contracts/blob-store.ts";
import type { CheckOutcome } from "../../contracts/check.ts";
import type { Digest } from "../../core/digest.ts";
import type { Table } from "../../table/table.ts";
import type { Manifest, ManifestPart } from "../parts/manifest.ts";
import type { ManifestStore } from "../parts/manifest-store.ts";
import type { Compression } from "../parts/pack-writer.ts";
import { storeParts } from "../parts/part-writer.ts";
import type { CommitTarget, PreparedVersion } from "./version-writer.ts";

/** A piece of a version: a part that is stored already, or rows that are not. */
export type VersionPiece = ManifestPart | Table;

/** How pieces are put together. */
export interface ComposeOptions {
  /** The version that the new one counts as appended to. */
  readonly parent: Digest | null;
  readonly checks: readonly CheckOutcome[];
  readonly signal?: AbortSignal;
}

/** Stores a version made of pieces in their order; kept parts are not read. */
export async function composeVersion(
  stores: { readonly blobs: BlobStore; readonly manifests: ManifestStore; readonly compression: Compression },
  like: Manifest,
  pieces: readonly VersionPiece[],
  { parent, checks, signal }: ComposeOptions,
): Promise<PreparedVersion> {
  const target = targetOf(like);
  const parts: ManifestPart[] = [];
  for (const piece of pieces) {
    signal?.throwIfAborted();
    if ("digest" in piece) parts.push(piece);
    else if (piece.rowCount > 0) parts.push(...(await storeParts(stores, target, [piece], signal && { signal })));
  }
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const { format, dataset, schemaDigest, columns } = like;
  return await stores.manifests.save({ format, dataset, schemaDigest, columns, parent, rows, parts, checks }, like);
}

/** What rows of a version's kind are committed to. */
export function targetOf({ dataset, columns, schemaDigest }: Manifest): CommitTarget {
  const types = Object.fromEntries(columns.map(({ name, tag, nullable }) => [name, { tag, nullable }]));
  return { name: dataset, columns: types, schemaDigest };
}
