import type { DataSource } from "../contracts/data-source.ts";
import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { RowFault } from "../contracts/row-fault.ts";
import { type Digest, digestOfJson } from "../core/digest.ts";
import { nextTurn } from "../core/platform.ts";
import type { WorkOptions } from "../core/progress.ts";
import { untilAborted } from "../core/until-aborted.ts";
import type { Table } from "../table/table.ts";
import { tableDigest } from "../table/table-digest.ts";
import { takeRows } from "../table/take-rows.ts";
import { countMissing } from "./count-missing.ts";
import { ignoredColumns, requireNoneIgnored } from "./ignored-columns.ts";
import { quarantineTable } from "./quarantine.ts";
import { SchemaValidator } from "./schema/schema-validator.ts";

/** A source, read and judged row by row. */
export interface ReadBatch {
  readonly rowsRead: number;
  /** All rows as validated, refused ones included. */
  readonly whole: readonly Table[];
  readonly accepted: readonly Table[];
  readonly rowsAccepted: number;
  /** The refused rows with their reasons, in quarantine form. */
  readonly refused: readonly Table[];
  /** The first refused rows, by their index in the source. */
  readonly faults: readonly RowFault[];
  /** How many issues of each kind, by `path: code`. */
  readonly issueCounts: { readonly [issue: string]: number };
  /** The columns of the source that the schema does not have. */
  readonly ignoredColumns: readonly string[];
  /** The names of the columns that the source has. */
  readonly sourceColumns: ReadonlySet<string>;
  /** Cells without a value among the accepted rows, by column; a column without any is left out. */
  readonly missing: ReadonlyMap<string, number>;
  /** Digest of the rows as read; only where `digestRows` was asked for. */
  readonly rowsDigest: Digest | undefined;
}

/** How {@link readBatch} reads. */
export interface ReadBatchOptions extends WorkOptions {
  readonly keepFaults: number;
  readonly digestRows: boolean;
}

/** Reads a source to its end and judges every row by the dataset's schema. */
export async function readBatch(
  definition: DatasetDefinition,
  source: DataSource,
  options: ReadBatchOptions,
): Promise<ReadBatch> {
  const { signal, onProgress, keepFaults } = options;
  const validator = new SchemaValidator(definition, { keepFaults });
  const whole: Table[] = [];
  const accepted: Table[] = [];
  const refused: Table[] = [];
  const faults: RowFault[] = [];
  const counts = new Map<string, number>();
  const digests: string[] = [];
  const ignored = new Set<string>();
  const sourceColumns = new Set<string>();
  const missing = new Map<string, number>();
  let rowsRead = 0;
  let rowsAccepted = 0;
  const batches = source.batches(definition.columns, signal === undefined ? {} : { signal });
  for await (const batch of untilAborted(batches, signal)) {
    signal?.throwIfAborted();
    const { table, acceptedRows, rejected, issueCounts } = validator.validate(batch.table, {
      nulls: source.nulls,
      faults: batch.faults,
      ...(batch.sourceColumns && { sourceColumns: batch.sourceColumns }),
    });
    for (const name of batch.sourceColumns ?? Object.keys(batch.table.columns)) sourceColumns.add(name);
    for (const name of ignoredColumns(definition, batch)) ignored.add(name);
    requireNoneIgnored(definition, [...ignored]);
    if (options.digestRows) digests.push(tableDigest(table));
    whole.push(table);
    const good = rejected.length === 0 ? table : takeRows(table, acceptedRows);
    accepted.push(good);
    countMissing(missing, good);
    if (rejected.length > 0) refused.push(quarantineTable(table, rejected, rowsRead));
    for (const fault of rejected.slice(0, keepFaults - faults.length))
      faults.push({ row: rowsRead + fault.row, issues: fault.issues });
    for (const [issue, count] of issueCounts) counts.set(issue, (counts.get(issue) ?? 0) + count);
    rowsRead += table.rowCount;
    rowsAccepted += acceptedRows.length;
    const bytes = batch.bytesRead === undefined ? {} : { bytes: batch.bytesRead };
    onProgress?.({ stage: `reading ${definition.name}`, done: rowsRead, unit: "rows", ...bytes });
    // Sources in memory answer at once: without a break the whole batch would be one turn of the event loop.
    await nextTurn();
  }
  const rowsDigest = options.digestRows ? digestOfJson({ tables: digests }) : undefined;
  return {
    rowsRead,
    whole,
    accepted,
    rowsAccepted,
    refused,
    faults,
    issueCounts: Object.fromEntries(counts),
    ignoredColumns: [...ignored],
    sourceColumns,
    missing,
    rowsDigest,
  };
}
