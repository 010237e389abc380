import type { CheckOutcome } from "../contracts/check.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { RowFault } from "../contracts/row-fault.ts";
import { canonicalJson } from "../core/canonical-json.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import type { DataTables } from "./data-migrations.ts";
import type { DatasetRepository } from "./dataset-repository.ts";
import { type CommittedIngest, type IngestRows, withSummary } from "./ingest-result.ts";
import type { PublishExtras } from "./publish-versions.ts";

interface BatchRecord {
  readonly dataset: string;
  readonly version: Digest;
  readonly quarantine: Digest | null;
  readonly rows: IngestRows;
  readonly checks: readonly CheckOutcome[];
  readonly faults: readonly RowFault[];
  readonly issueCounts: { readonly [issue: string]: number };
  /** Left out by older versions of the library. */
  readonly ignoredColumns?: readonly string[];
}

/** Knows which batches were committed, so that an ingest that is run again (after a crash, in a notebook) does not add its rows twice. */
export class BatchBook {
  readonly #repository: DatasetRepository;
  readonly #metadata: MetadataStore;

  constructor(wiring: { readonly repository: DatasetRepository; readonly metadata: MetadataStore }) {
    this.#repository = wiring.repository;
    this.#metadata = wiring.metadata;
  }

  /**
   * The result of a batch that was committed before and whose ingest again would change nothing: to append it, where it is still part of
   * the dataset; to replace the dataset by it, where it alone is the dataset.
   */
  async find(dataset: string, key: Digest, mode: "append" | "replace"): Promise<CommittedIngest | undefined> {
    const sql = this.#metadata.sql.withTables<DataTables>();
    const row = await sql
      .selectFrom("data_batch")
      .selectAll()
      .where("dataset", "=", dataset)
      .where("batch", "=", key)
      .executeTakeFirst();
    if (row === undefined || !isDigest(row.version)) return undefined;
    const stands = mode === "append" ? this.#isPartOf(dataset, row.version) : this.#isAll(dataset, row.version);
    return (await stands) ? this.result(row.record, true) : undefined;
  }

  /** The entry to write with the versions' publication. */
  entry(
    key: Digest,
    version: Digest,
    quarantine: Digest | undefined,
    report: Omit<BatchRecord, "version" | "quarantine">,
  ): NonNullable<PublishExtras["batch"]> {
    const record = canonicalJson({
      schema: 1,
      dataset: report.dataset,
      version,
      quarantine: quarantine ?? null,
      rows: { ...report.rows },
      checks: report.checks.map((check) => ({ ...check, columns: [...check.columns] })),
      faults: report.faults.map((fault) => ({
        row: fault.row,
        issues: fault.issues.map(({ path, code, message }) => ({
          path: path.toWellFormed(),
          code,
          message: message.toWellFormed(),
        })),
      })),
      issueCounts: { ...report.issueCounts },
      ignoredColumns: (report.ignoredColumns ?? []).map((name) => name.toWellFormed()),
    });
    return { dataset: report.dataset, key, version, record };
  }

  /** The result that an entry stands for. */
  async result(record: string, repeated: boolean): Promise<CommittedIngest> {
    const stored: BatchRecord = JSON.parse(record);
    const { dataset, version, quarantine, rows, checks, faults, issueCounts } = stored;
    return withSummary({
      outcome: "committed",
      dataset,
      version: await this.#repository.version(version),
      quarantine: quarantine === null ? undefined : await this.#repository.version(quarantine),
      repeated,
      restoredParts: 0,
      missingParts: 0,
      rows,
      checks,
      faults,
      issueCounts,
      ignoredColumns: stored.ignoredColumns ?? [],
    });
  }

  async #isAll(dataset: string, version: Digest): Promise<boolean> {
    const head = await this.#repository.head(dataset);
    return head?.digest === version && head.parent === null;
  }

  async #isPartOf(dataset: string, version: Digest): Promise<boolean> {
    const versions = await this.#repository.versions(dataset);
    return versions.some(({ digest }) => digest === version);
  }
}
