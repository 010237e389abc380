import type { BatchMetrics } from "../../contracts/batch-metrics.ts";
import type { DataSource, SourceBatch } from "../../contracts/data-source.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { RowFault } from "../../contracts/row-fault.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import { nextTurn } from "../../core/platform.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { untilAborted } from "../../core/until-aborted.ts";
import { tableDigest } from "../../table/table-digest.ts";
import { takeRows } from "../../table/take-rows.ts";
import { BatchMeter } from "../profile/batch-metrics-of.ts";
import { BatchRows } from "../rows/batch-rows.ts";
import { countMissing } from "./count-missing.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { ignoredColumns, requireNoneIgnored } from "./ignored-columns.ts";
import { quarantineTable, quarantineTarget } from "./quarantine.ts";
import { SchemaValidator } from "../schema/schema-validator.ts";
import { WholeRows } from "../rows/whole-rows.ts";

/** A source, read and judged row by row. */
export interface ReadBatch {
  readonly rowsRead: number;
  /** All rows as validated, refused ones included. */
  readonly whole: WholeRows;
  readonly accepted: BatchRows;
  readonly rowsAccepted: number;
  /** The refused rows with their reasons, in quarantine form. */
  readonly refused: BatchRows;
  /** What was measured of the accepted rows. */
  readonly metrics: Pick<BatchMetrics, "rows" | "columns">;
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
  /** Where rows go that do not fit in memory, and how many may stay there. */
  readonly repository: DatasetRepository;
  readonly memoryBytes: number;
  /** The version that accepted rows will most likely be appended to. */
  readonly parent: () => Promise<Digest | undefined>;
}

/** Reads a source to its end and judges every row by the dataset's schema. */
export async function readBatch(
  definition: DatasetDefinition,
  source: DataSource,
  options: ReadBatchOptions,
): Promise<ReadBatch> {
  const { signal, onProgress } = options;
  const reader = new BatchReader(definition, source, options);
  const batches = source.batches(definition.columns, signal === undefined ? {} : { signal });
  for await (const batch of untilAborted(batches, signal)) {
    signal?.throwIfAborted();
    const done = await reader.take(batch);
    const bytes = batch.bytesRead === undefined ? {} : { bytes: batch.bytesRead };
    onProgress?.({ stage: `reading ${definition.name}`, done, unit: "rows", ...bytes });
    // Sources in memory answer at once: without a break the whole batch would be one turn of the event loop.
    await nextTurn();
  }
  return await reader.finish();
}

/** What is known of a batch that is being read. */
class BatchReader {
  readonly #definition: DatasetDefinition;
  readonly #source: DataSource;
  readonly #options: ReadBatchOptions;
  readonly #validator: SchemaValidator;
  readonly #accepted: BatchRows;
  readonly #refused: BatchRows;
  readonly #meter: BatchMeter = new BatchMeter();
  readonly #faults: RowFault[] = [];
  readonly #counts: Map<string, number> = new Map();
  readonly #digests: string[] = [];
  readonly #ignored: Set<string> = new Set();
  readonly #sourceColumns: Set<string> = new Set();
  readonly #missing: Map<string, number> = new Map();
  #rowsRead = 0;

  constructor(definition: DatasetDefinition, source: DataSource, options: ReadBatchOptions) {
    this.#definition = definition;
    this.#source = source;
    this.#options = options;
    this.#validator = new SchemaValidator(definition, { keepFaults: options.keepFaults });
    const { repository, memoryBytes, parent, signal } = options;
    const shared = { repository, memoryBytes, ...(signal && { signal }) };
    const apart = quarantineTarget(definition.name, definition.columns);
    this.#accepted = new BatchRows({ ...shared, target: definition, parent });
    this.#refused = new BatchRows({ ...shared, target: apart, parent: () => repository.headDigest(apart.name) });
  }

  /** Judges the next rows; answers how many were read so far. */
  async take(batch: SourceBatch): Promise<number> {
    const { keepFaults, digestRows } = this.#options;
    this.#noteColumns(batch);
    const { table, acceptedRows, rejected, issueCounts } = this.#validator.validate(batch.table, {
      nulls: this.#source.nulls,
      faults: batch.faults,
      ...(batch.sourceColumns && { sourceColumns: batch.sourceColumns }),
    });
    if (digestRows) this.#digests.push(tableDigest(table));
    const good = rejected.length === 0 ? table : takeRows(table, acceptedRows);
    await this.#accepted.push(good);
    this.#meter.add(good);
    countMissing(this.#missing, good);
    if (rejected.length > 0) await this.#refused.push(quarantineTable(table, rejected, this.#rowsRead));
    for (const fault of rejected.slice(0, keepFaults - this.#faults.length))
      this.#faults.push({ row: this.#rowsRead + fault.row, issues: fault.issues });
    for (const [issue, count] of issueCounts) this.#counts.set(issue, (this.#counts.get(issue) ?? 0) + count);
    this.#rowsRead += table.rowCount;
    return this.#rowsRead;
  }

  async finish(): Promise<ReadBatch> {
    await this.#accepted.finish();
    await this.#refused.finish();
    return {
      rowsRead: this.#rowsRead,
      whole: new WholeRows(this.#accepted, this.#refused, Object.keys(this.#definition.columns)),
      accepted: this.#accepted,
      rowsAccepted: this.#accepted.rowCount,
      refused: this.#refused,
      metrics: this.#meter.metrics(),
      faults: this.#faults,
      issueCounts: Object.fromEntries(this.#counts),
      ignoredColumns: [...this.#ignored],
      sourceColumns: this.#sourceColumns,
      missing: this.#missing,
      rowsDigest: this.#options.digestRows ? digestOfJson({ tables: this.#digests }) : undefined,
    };
  }

  #noteColumns(batch: SourceBatch): void {
    for (const name of batch.sourceColumns ?? Object.keys(batch.table.columns)) this.#sourceColumns.add(name);
    for (const name of ignoredColumns(this.#definition, batch)) this.#ignored.add(name);
    requireNoneIgnored(this.#definition, [...this.#ignored]);
  }
}
