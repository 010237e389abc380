import type { BlobStore } from "../contracts/blob-store.ts";
import type { CheckOutcome } from "../contracts/check.ts";
import type { Digest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import { nextTurn } from "../core/platform.ts";
import { encodeColumn } from "../table/encode-column.ts";
import type { Table } from "../table/table.ts";
import { type Manifest, type ManifestChunk, type ManifestPart, manifestFormat, partDigest } from "./manifest.ts";
import { type CutTarget, cutTables, type TableStream } from "./parts/cut-tables.ts";
import type { ManifestStore } from "./parts/manifest-store.ts";
import { type Compression, PackWriter } from "./parts/pack-writer.ts";
import { requireCodec } from "./parts/require-codec.ts";
import { readParts } from "./parts/read-parts.ts";

/** What rows are committed to: a dataset's name, columns and schema. */
export interface CommitTarget extends CutTarget {
  readonly schemaDigest: Digest;
}

/** A version whose blobs are stored, but which nothing points to yet. */
export interface PreparedVersion {
  readonly digest: Digest;
  readonly manifest: Manifest;
}

/** What a version is prepared from. */
export interface PrepareOptions {
  /** The version that the rows are appended to; its parts but the last are kept as they are. */
  readonly parent: PreparedVersion | undefined;
  /** Another version whose chunks need not be stored again. */
  readonly like?: Manifest | undefined;
  readonly checks: readonly CheckOutcome[];
  readonly signal?: AbortSignal;
}

/** Where versions are stored, and how. */
export interface VersionStores {
  readonly blobs: BlobStore;
  readonly manifests: ManifestStore;
  readonly compression: Compression;
}

/** Stores the rows as parts and the manifest; when it returns, all of them are durable. Memory: some parts and two packs of 32 MiB. */
export async function prepareVersion(
  stores: VersionStores,
  target: CommitTarget,
  tables: TableStream,
  options: PrepareOptions,
): Promise<PreparedVersion> {
  const { parent, like, checks, signal } = options;
  requireSameDataset(target, parent?.manifest);
  const known = await storedChunks(stores.blobs, [like, parent?.manifest]);
  const added = await storeParts(stores, target, appended(stores.blobs, parent, tables), {
    known: known.values(),
    ...(signal && { signal }),
  });
  const parts = [...(parent?.manifest.parts.slice(0, -1) ?? []), ...added];
  return await stores.manifests.save(
    {
      format: manifestFormat,
      dataset: target.name,
      schemaDigest: target.schemaDigest,
      columns: Object.entries(target.columns).map(([name, { tag, nullable }]) => ({ name, tag, nullable })),
      parent: parent?.digest ?? null,
      rows: parts.reduce((sum, part) => sum + part.rows, 0),
      parts,
      checks,
    },
    parent?.manifest ?? like,
  );
}

/** Cuts rows into parts and stores those chunks that are not `known`; when it returns, they are durable. */
export async function storeParts(
  { blobs, compression }: Pick<VersionStores, "blobs" | "compression">,
  target: CutTarget,
  tables: TableStream,
  { known, signal }: { readonly known: Iterable<ManifestChunk>; readonly signal?: AbortSignal },
): Promise<readonly ManifestPart[]> {
  await requireCodec(compression);
  const packs = new PackWriter(blobs, known, compression);
  const added: { readonly rows: number; readonly chunks: readonly Digest[] }[] = [];
  for await (const part of cutTables(target, tables)) {
    signal?.throwIfAborted();
    const chunks: Digest[] = [];
    for (const [name, column] of Object.entries(part.columns))
      chunks.push(await packs.add(chunks.length, encodeColumn(name, column)));
    added.push({ rows: part.rowCount, chunks });
    // Lets packs that are on their way to the disk move on.
    await nextTurn();
  }
  await packs.finish();
  return added.map((part) => placed(part, packs));
}

function placed(part: { readonly rows: number; readonly chunks: readonly Digest[] }, packs: PackWriter): ManifestPart {
  const columns = part.chunks.map((digest) => packs.placeOf(digest));
  return { digest: partDigest(part.rows, columns), rows: part.rows, columns };
}

/** The rows of the parent's last part, which new rows may still belong to, and then the new ones. */
export async function* appended(
  blobs: BlobStore,
  parent: PreparedVersion | undefined,
  tables: TableStream,
): AsyncGenerator<Table> {
  if (parent !== undefined)
    yield* readParts(blobs, parent.digest, parent.manifest, { from: Math.max(0, parent.manifest.parts.length - 1) });
  yield* tables;
}

/** The chunks of versions by digest, those in blobs that were lost aside. */
async function storedChunks(
  blobs: BlobStore,
  manifests: readonly (Manifest | undefined)[],
): Promise<ReadonlyMap<Digest, ManifestChunk>> {
  const there = new Map<Digest, boolean>();
  const chunks = new Map<Digest, ManifestChunk>();
  for (const manifest of manifests)
    for (const part of manifest?.parts ?? [])
      for (const chunk of part.columns) {
        let stored = there.get(chunk.blob);
        if (stored === undefined) {
          stored = await blobs.has(chunk.blob);
          there.set(chunk.blob, stored);
        }
        if (stored) chunks.set(chunk.digest, chunk);
      }
  return chunks;
}

/** Rows are appended to rows of the same dataset and schema only. */
function requireSameDataset(target: CommitTarget, parent: Manifest | undefined): void {
  if (parent === undefined) return;
  if (parent.dataset === target.name && parent.schemaDigest === target.schemaDigest) return;
  throw new SluiceError("data/schema-mismatch", {
    found: `a parent of dataset "${parent.dataset}" with the schema ${parent.schemaDigest}`,
    expected: `one of dataset "${target.name}" with the schema ${target.schemaDigest}`,
    fix: "Append to a version of the same dataset, or start anew with parent null.",
  });
}
