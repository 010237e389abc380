import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import { compress, startSha256 } from "../../core/platform.ts";
import { encodeColumn } from "../../table/encode-column.ts";
import { blobsOf } from "./blobs-of.ts";
import type { Manifest, ManifestChunk } from "./manifest.ts";
import { cutTables, type TableStream } from "./cut-tables.ts";
import { appended, type CommitTarget, type PreparedVersion } from "../versions/version-writer.ts";

/** The digests of a version's parts that cannot be read because a blob is not there. */
export async function missingParts(blobs: BlobStore, manifest: Manifest): Promise<ReadonlySet<Digest>> {
  const lost = new Set<Digest>();
  for (const blob of blobsOf(manifest)) if (!(await blobs.has(blob))) lost.add(blob);
  const touched = manifest.parts.filter((part) => part.columns.some(({ blob }) => lost.has(blob)));
  return new Set(touched.map(({ digest }) => digest));
}

/** A blob of chunks that is being put together again. */
interface LostPack {
  readonly bytes: Uint8Array;
  missing: number;
}

/** Encodes the rows that a version added as its commit did, and stores those blobs of chunks anew that are missing, byte for byte. */
export async function restoreParts(
  blobs: BlobStore,
  target: CommitTarget,
  tables: TableStream,
  manifest: Manifest,
  parent: PreparedVersion | undefined,
): Promise<void> {
  const { packs, chunks } = await lostChunks(blobs, manifest);
  if (packs.size === 0) return;
  for await (const part of cutTables(target, appended(blobs, parent, tables))) {
    for (const [name, column] of Object.entries(part.columns)) {
      const pieces = encodeColumn(name, column);
      const hash = startSha256();
      for (const piece of pieces) hash.update(piece);
      const digest: Digest = `sha256:${hash.hex()}`;
      const chunk = chunks.get(digest);
      const pack = chunk === undefined ? undefined : packs.get(chunk.blob);
      if (chunk === undefined || pack === undefined) continue;
      chunks.delete(digest);
      await place(pack.bytes, chunk, pieces);
      pack.missing--;
      if (pack.missing > 0) continue;
      packs.delete(chunk.blob);
      await blobs.put(pack.bytes);
    }
  }
}

/** Chunks in lost blobs, by digest, and room for those blobs. */
async function lostChunks(
  blobs: BlobStore,
  manifest: Manifest,
): Promise<{ packs: Map<Digest, LostPack>; chunks: Map<Digest, ManifestChunk> }> {
  const there = new Map<Digest, boolean>();
  const sizes = new Map<Digest, number>();
  const chunks = new Map<Digest, ManifestChunk>();
  for (const part of manifest.parts)
    for (const chunk of part.columns) {
      const { blob, digest, offset, storedBytes } = chunk;
      if (!there.has(blob)) there.set(blob, await blobs.has(blob));
      if (there.get(blob) === true) continue;
      chunks.set(digest, chunk);
      sizes.set(blob, Math.max(sizes.get(blob) ?? 0, offset + storedBytes));
    }
  const packs = new Map<Digest, LostPack>();
  for (const [blob, size] of sizes) packs.set(blob, { bytes: new Uint8Array(size), missing: 0 });
  for (const { blob } of chunks.values()) {
    const pack = packs.get(blob);
    if (pack !== undefined) pack.missing++;
  }
  return { packs, chunks };
}

async function place(pack: Uint8Array, chunk: ManifestChunk, pieces: readonly Uint8Array[]): Promise<void> {
  const bytes = new Uint8Array(chunk.bytes);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const stored = chunk.compression === "none" ? bytes : await compress(bytes, chunk.compression);
  if (stored.length === chunk.storedBytes) pack.set(stored, chunk.offset);
}
