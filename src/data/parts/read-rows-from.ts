import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import { sliceRows } from "../../table/take-rows.ts";
import type { Table } from "../../table/table.ts";
import { type PartsToRead, readParts, type ReadPartsOptions } from "./read-parts.ts";

/** What {@link readRowsFrom} takes. */
export interface ReadRowsOptions extends Omit<ReadPartsOptions, "from" | "to"> {
  /** Only rows from this one on, counted from 0: parts before it are not read. @default 0 */
  readonly fromRow?: number;
}

/** The rows of a version part by part, from one row on. Errors as of {@link readParts}. */
export async function* readRowsFrom(
  blobs: BlobStore,
  version: Digest,
  manifest: PartsToRead,
  { fromRow = 0, ...options }: ReadRowsOptions,
): AsyncGenerator<Table> {
  let from = 0;
  let before = fromRow;
  for (const { rows } of manifest.parts) {
    if (before < rows) break;
    before -= rows;
    from++;
  }
  for await (const part of readParts(blobs, version, manifest, { ...options, from })) {
    yield before > 0 ? sliceRows(part, before, part.rowCount) : part;
    before = 0;
  }
}
