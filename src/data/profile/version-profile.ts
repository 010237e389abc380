import type { BlobStore } from "../../contracts/blob-store.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { isSluiceError } from "../../core/errors.ts";
import { nextTurn } from "../../core/platform.ts";
import { SummaryReader } from "../../stats/bytes/summary-reader.ts";
import { SummaryWriter } from "../../stats/bytes/summary-writer.ts";
import type { DataTables } from "../data-migrations.ts";
import { contentDigest, type Manifest } from "../parts/manifest.ts";
import { readParts } from "../parts/read-parts.ts";
import { tombstoneOf } from "../versions/tombstone.ts";
import { type ColumnProfile, ColumnSummary } from "./column-summary.ts";

/** What a version's columns hold, without its rows. */
export interface VersionProfile {
  readonly rows: number;
  /** By column name, in the version's order. */
  readonly columns: { readonly [name: string]: ColumnProfile };
}

interface Stores {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
}

/**
 * Merges the profiles of a version's pages (some forty parts each). A page that was not profiled before is read once, and its profile kept, so
 * that another version with the same page, such as one with rows appended, need not read it again.
 */
export async function versionProfile(
  stores: Stores,
  version: Digest,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<VersionProfile> {
  const whole = manifest.columns.map(({ tag }) => new ColumnSummary(tag));
  let from = 0;
  for (const page of manifest.pages) {
    signal?.throwIfAborted();
    const to = from + page.parts;
    const key = contentDigest(manifest.parts.slice(from, to));
    const own =
      (await keptProfile(stores, manifest, key)) ?? (await newProfile(stores, version, manifest, from, to, signal));
    whole.forEach((summary, i) => {
      const part = own[i];
      if (part !== undefined) summary.merge(part);
    });
    from = to;
  }
  const columns = manifest.columns.map(({ name }, i) => [name, whole[i]?.profile()] as const);
  return { rows: manifest.rows, columns: Object.fromEntries(columns.flatMap(([name, p]) => (p ? [[name, p]] : []))) };
}

async function newProfile(
  stores: Stores,
  version: Digest,
  manifest: Manifest,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Promise<readonly ColumnSummary[]> {
  const summaries = manifest.columns.map(({ tag }) => new ColumnSummary(tag));
  for await (const part of readParts(stores.blobs, version, manifest, { from, to, ...(signal && { signal }) })) {
    manifest.columns.forEach(({ name }, i) => {
      const column = part.columns[name];
      if (column !== undefined) summaries[i]?.add(column);
    });
    await nextTurn();
  }
  const writer = new SummaryWriter("DPRO", 1);
  for (const summary of summaries) writer.bytes(summary.toBytes());
  const { digest: blob } = await stores.blobs.put(writer.finish());
  const parts = contentDigest(manifest.parts.slice(from, to));
  await stores.metadata.write(async (tx) => {
    // What was read while the rows were being erased is not kept.
    if ((await tombstoneOf(tx, version)) !== undefined) return;
    await tx.sql
      .withTables<DataTables>()
      .insertInto("data_profile")
      .values({ parts, blob })
      .onConflict((conflict) => conflict.column("parts").doUpdateSet({ blob }))
      .execute();
  });
  return summaries;
}

/** The profile that was kept for a sequence of parts; `undefined` where there is none, or none that can be read: it is made anew then. */
async function keptProfile(
  { metadata, blobs }: Stores,
  manifest: Manifest,
  parts: Digest,
): Promise<readonly ColumnSummary[] | undefined> {
  const row = await metadata.sql
    .withTables<DataTables>()
    .selectFrom("data_profile")
    .select("blob")
    .where("parts", "=", parts)
    .executeTakeFirst();
  if (row === undefined || !isDigest(row.blob)) return undefined;
  try {
    const reader = new SummaryReader(await blobs.get(row.blob), "DPRO", 1);
    return manifest.columns.map(({ tag }) => ColumnSummary.fromBytes(tag, reader.bytes()));
  } catch (error) {
    if (isSluiceError(error)) return undefined;
    throw error;
  }
}
