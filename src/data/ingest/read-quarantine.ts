import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { cellAt } from "../../table/cell-at.ts";
import { columnOf, makeTable, type Table } from "../../table/table.ts";
import { sliceRows } from "../../table/take-rows.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { quarantineSuffix, reasonColumn, rowColumn } from "./quarantine.ts";
import { requireRepairs } from "./require-repairs.ts";

/** Which quarantined rows are read. */
export interface ReadQuarantineOptions {
  /** A version of the quarantine, as in an ingest's result. @default the newest */
  readonly version?: Digest;
  /** `added`: only the rows of the batch that made the version; `all`: those of earlier batches too. @default "added" */
  readonly rows?: "added" | "all";
  readonly signal?: AbortSignal;
}

/** Quarantined rows: repair the table, then ingest it with `repairs: version`. */
export interface QuarantinedRows {
  /** The version of the quarantine that they are in. */
  readonly version: Digest;
  /** The rows in the dataset's own columns; a cell that its column could not hold is absent. */
  readonly table: Table;
  /** Why each row is here. */
  readonly reasons: readonly string[];
  /** Where each row stood in its source, counted from 0. */
  readonly sourceRows: Float64Array;
}

/** Reads a dataset's quarantine. Errors: `data/version-not-found`, `argument/invalid` for a version of another dataset, `blob/corrupt`. */
export async function readQuarantine(
  repository: DatasetRepository,
  dataset: string,
  options: ReadQuarantineOptions = {},
): Promise<QuarantinedRows> {
  const version = options.version ?? (await repository.headDigest(`${dataset}${quarantineSuffix}`));
  if (version === undefined) {
    throw new SluiceError("data/version-not-found", {
      found: `nothing in the quarantine of dataset "${dataset}"`,
      expected: "rows that an ingest has refused",
      fix: 'Ingest with onFailure "quarantine" or "warn".',
    });
  }
  await requireRepairs(repository, dataset, version);
  const { rows, parent } = await repository.version(version);
  const from = options.rows === "all" || parent === null ? 0 : (await repository.version(parent)).rows;
  const apart = await rowsFrom(repository, version, { from, rows }, options.signal);
  const { columns } = apart;
  const reasons = columnOf(apart, reasonColumn, "utf8");
  const own = Object.entries(columns).filter(([name]) => name !== reasonColumn && name !== rowColumn);
  return {
    version,
    table: makeTable(Object.fromEntries(own)),
    reasons: Array.from(reasons.values, (_, row) => String(cellAt(reasons, row))),
    sourceRows: columnOf(apart, rowColumn, "f64").values,
  };
}

/** The rows of a version from one on; parts before it are not read. */
async function rowsFrom(
  repository: DatasetRepository,
  version: Digest,
  { from, rows }: { readonly from: number; readonly rows: number },
  signal: AbortSignal | undefined,
): Promise<Table> {
  const manifest = await repository.manifest(version);
  let skipped = 0;
  let first = 0;
  for (const part of manifest.parts) {
    if (skipped + part.rows > from) break;
    skipped += part.rows;
    first++;
  }
  const work = signal === undefined ? {} : { signal };
  const table = await repository.readParts(manifest, manifest.parts.slice(first), work);
  return sliceRows(table, from - skipped, rows - skipped);
}
