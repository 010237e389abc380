import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Column } from "../../table/column.ts";
import { columnBuilder } from "../../table/column-builder.ts";
import { decodeColumn } from "../../table/decode-column.ts";
import { makeTable, type Table } from "../../table/table.ts";
import type { ManifestContent, ManifestPart } from "./manifest.ts";
import { readRanges } from "./blob-ranges.ts";

/** Bytes of chunks that are read at once: a pack's neighbours come in few pieces. */
const windowBytes = 8_388_608;

/** Which rows and columns are read. */
export interface ReadPartsOptions {
  /** Only these columns, in this order. @default all */
  readonly columns?: readonly string[];
  /** Only parts from this one on, counted from 0. @default 0 */
  readonly from?: number;
  /** Only parts before this one. @default all */
  readonly to?: number;
  readonly signal?: AbortSignal;
}

/** Parts to be read, and what they are parts of. */
export interface PartsToRead extends Pick<ManifestContent, "dataset" | "columns" | "parts"> {
  /** All parts of the version, where `parts` are some of them: errors count in these. @default `parts` */
  readonly among?: readonly ManifestPart[];
}

/**
 * Parts as tables, in order, read and verified some at a time. Errors: `blob/not-found`, `blob/corrupt`, `data/missing-column`.
 *
 * @param version - For errors; `undefined` = the rows are no version yet.
 */
export async function* readParts(
  blobs: BlobStore,
  version: Digest | undefined,
  manifest: PartsToRead,
  options: ReadPartsOptions = {},
): AsyncGenerator<Table> {
  const chosen = chosenColumns(manifest, options.columns);
  const end = Math.min(options.to ?? manifest.parts.length, manifest.parts.length);
  for (let from = options.from ?? 0; from < end; ) {
    options.signal?.throwIfAborted();
    const to = windowEnd(manifest.parts, chosen, from, end);
    const parts = manifest.parts.slice(from, to);
    const chunks = parts.flatMap((part) => chosen.map((at) => chunkOf(part, at)));
    const placeOf = (index: number): string => {
      const at = from + Math.floor(index / chosen.length);
      const { name } = manifest.columns[chosen[index % chosen.length] ?? 0] ?? { name: "" };
      return `column "${name}" in ${placeOfPart(manifest, at)} of dataset "${manifest.dataset}", ${version === undefined ? "not committed yet" : `version ${version}`}`;
    };
    const bytes = await readRanges(blobs, chunks, placeOf, howToHeal);
    for (const [i, part] of parts.entries()) {
      const columns: { [name: string]: Column } = {};
      chosen.forEach((at, j) => {
        columns[(manifest.columns[at] ?? { name: "" }).name] = decodeColumn(bytes[i * chosen.length + j] as Uint8Array);
      });
      yield chosen.length === 0 ? { rowCount: part.rows, columns } : makeTable(columns);
    }
    from = to;
  }
}

function placeOfPart({ parts, among = parts }: PartsToRead, at: number): string {
  return `part ${(among === parts ? at : among.indexOf(parts[at] as ManifestPart)) + 1} of ${among.length}`;
}

const howToHeal =
  "Ingest the sources that these rows came from again, oldest first: that writes missing parts anew. Or restore the blob from a backup.";

/** A table of some columns of a version, without rows. Errors: `data/missing-column`. */
export function emptyTable(manifest: ManifestContent, columns?: readonly string[]): Table {
  const empty: { [name: string]: Column } = {};
  for (const at of chosenColumns(manifest, columns)) {
    const column = manifest.columns[at];
    if (column !== undefined) empty[column.name] = columnBuilder(column.tag).finish();
  }
  return makeTable(empty);
}

function chosenColumns(
  manifest: Pick<ManifestContent, "columns">,
  columns: readonly string[] | undefined,
): readonly number[] {
  const names = manifest.columns.map(({ name }) => name);
  if (columns === undefined) return names.map((_, i) => i);
  return columns.map((name) => {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    throw new SluiceError("data/missing-column", {
      found: `columns ${names.join(", ")}`,
      expected: `a column "${name}"`,
      fix: "Check the column's name.",
    });
  });
}

function windowEnd(parts: readonly ManifestPart[], chosen: readonly number[], from: number, end: number): number {
  let bytes = 0;
  let to = from;
  while (to < end && (to === from || bytes < windowBytes)) {
    for (const at of chosen) bytes += chunkOf(parts[to] as ManifestPart, at).bytes;
    to++;
  }
  return to;
}

function chunkOf(part: ManifestPart, at: number): ManifestPart["columns"][number] {
  const chunk = part.columns[at];
  if (chunk !== undefined) return chunk;
  throw new SluiceError("data/malformed-source", {
    found: `a part of ${part.columns.length} columns`,
    expected: `at least ${at + 1}`,
    fix: "Restore the manifest from a backup.",
  });
}
