import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Table } from "../../table/table.ts";
import { sliceRows } from "../../table/take-rows.ts";
import { type ReadPartsOptions, readParts } from "../parts/read-parts.ts";
import type { StoredDraft } from "../versions/version-writer.ts";

/** The rows of a draft, without those of its parent. Errors: `blob/not-found`, `blob/corrupt`, `data/missing-column`. */
export async function* readDraft(
  blobs: BlobStore,
  { target, parts, parentRows }: StoredDraft,
  options: Pick<ReadPartsOptions, "columns" | "signal"> = {},
): AsyncIterable<Table> {
  const columns = Object.entries(target.columns).map(([name, { tag, nullable }]) => ({ name, tag, nullable }));
  const draft = { dataset: target.name, columns, parts };
  let skip = parentRows;
  for await (const table of readParts(blobs, undefined, draft, options)) {
    const from = Math.min(skip, table.rowCount);
    skip -= from;
    if (from === 0) yield table;
    else if (from < table.rowCount) yield sliceRows(table, from, table.rowCount);
  }
}
