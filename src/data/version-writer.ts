import type { BlobStore } from "../contracts/blob-store.ts";
import type { CheckOutcome } from "../contracts/check.ts";
import type { ColumnTypes } from "../core/cell-type.ts";
import type { Digest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import { concatTables } from "../table/concat-tables.ts";
import { encodePart } from "../table/encode-part.ts";
import { columnOf, makeTable, type Table } from "../table/table.ts";
import { sliceRows } from "../table/take-rows.ts";
import { encodeManifest, type Manifest, type ManifestPart, manifestFormat } from "./manifest.ts";

/** The most rows in one part. */
export const partRows: 131072 = 131_072;

/** What rows are committed to: a dataset's name, columns and schema. */
export interface CommitTarget {
  readonly name: string;
  readonly columns: ColumnTypes;
  readonly schemaDigest: Digest;
}

/** A version whose blobs are stored, but which nothing points to yet. */
export interface PreparedVersion {
  readonly digest: Digest;
  readonly manifest: Manifest;
}

/** What a version is prepared from. */
export interface PrepareOptions {
  /** The version that the rows are appended to; its parts are kept as they are. */
  readonly parent: PreparedVersion | undefined;
  readonly checks: readonly CheckOutcome[];
  readonly signal?: AbortSignal;
}

/** Stores the rows as parts and the manifest; when it returns, all of them are durable. */
export async function prepareVersion(
  blobs: BlobStore,
  target: CommitTarget,
  tables: readonly Table[],
  options: PrepareOptions,
): Promise<PreparedVersion> {
  requireSameDataset(target, options.parent?.manifest);
  const parts: ManifestPart[] = [...(options.parent?.manifest.parts ?? [])];
  let added = 0;
  for (const { bytes, rows } of encodedParts(target, tables)) {
    options.signal?.throwIfAborted();
    const { digest } = await blobs.put(bytes);
    parts.push({ digest, rows });
    added += rows;
  }
  const manifest: Manifest = {
    format: manifestFormat,
    dataset: target.name,
    schemaDigest: target.schemaDigest,
    columns: Object.entries(target.columns).map(([name, { tag, nullable }]) => ({ name, tag, nullable })),
    parent: options.parent?.digest ?? null,
    rows: (options.parent?.manifest.rows ?? 0) + added,
    parts,
    checks: options.checks,
  };
  const { bytes, digest } = encodeManifest(manifest);
  await blobs.put(bytes);
  return { digest, manifest };
}

/** The parts that rows are stored as: the same rows make the same bytes. Errors: `data/missing-column`, `data/schema-mismatch`. */
export function* encodedParts(
  target: CommitTarget,
  tables: readonly Table[],
): Generator<{ readonly bytes: Uint8Array; readonly rows: number }> {
  const all = concatTables(tables.map((table) => selectColumns(table, target)));
  for (let from = 0; from < all.rowCount; from += partRows) {
    const part = sliceRows(all, from, Math.min(from + partRows, all.rowCount));
    yield { bytes: encodePart(part), rows: part.rowCount };
  }
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

/** The target's columns of a table, in the target's order. */
function selectColumns(table: Table, target: CommitTarget): Table {
  const columns = Object.entries(target.columns).map(([name, { tag, nullable }]) => {
    const column = columnOf(table, name, tag);
    if (!nullable && column.states?.some((state) => state !== 1) === true) {
      throw new SluiceError("data/schema-mismatch", {
        found: `null or absent cells in column "${name}" of dataset "${target.name}"`,
        expected: "a value in every row, as the schema declares",
        fix: "Ingest the rows instead of committing them directly, or declare the column nullable.",
      });
    }
    return [name, column] as const;
  });
  return makeTable(Object.fromEntries(columns));
}
