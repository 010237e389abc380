import type { CheckOutcome } from "../../contracts/check.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { RowFault } from "../../contracts/row-fault.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { storedRecord } from "../../core/stored-json.ts";
import type { DataTables } from "../data-migrations.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { type CommittedIngest, type IngestRows, withSummary } from "./ingest-result.ts";
import type { PublishExtras } from "../versions/publish-versions.ts";
import { standingBatch } from "../versions/standing-batch.ts";
import { storedOutcomes } from "../checks/stored-outcomes.ts";

interface BatchRecord {
  readonly dataset: string;
  readonly version: Digest;
  readonly quarantine: Digest | null;
  readonly rows: IngestRows;
  readonly checks: readonly CheckOutcome[];
  /** Only where rows were refused. */
  readonly wholeBatchChecks?: readonly CheckOutcome[];
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
   * the branch (not reverted, not replaced); to replace the branch's rows by it, where it alone is the branch.
   */
  async find(
    dataset: string,
    key: Digest,
    mode: "append" | "replace",
    branch?: string,
  ): Promise<CommittedIngest | undefined> {
    const sql = this.#metadata.sql.withTables<DataTables>();
    const row = await sql
      .selectFrom("data_batch")
      .selectAll()
      .where("dataset", "=", dataset)
      .where("batch", "=", key)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const tip = await this.#repository.tip(dataset, branch);
    const commit = tip && (await standingBatch(this.#repository.graph, tip, key));
    if (commit === undefined) return undefined;
    if (mode === "replace" && !(await this.#isAll(tip?.version, commit.version))) return undefined;
    return this.result({ ...row, key }, true, commit.version);
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
      checks: storedOutcomes(report.checks),
      ...(report.wholeBatchChecks && { wholeBatchChecks: storedOutcomes(report.wholeBatchChecks) }),
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

  /** The result that an entry stands for; `standing` is the version it is part of where that is another branch's. */
  async result(
    entry: { readonly dataset: string; readonly key: Digest; readonly record: string },
    repeated: boolean,
    standing?: Digest,
  ): Promise<CommittedIngest> {
    const place = { table: "data_batch", row: `${entry.dataset}, ${entry.key}` };
    const stored = storedRecord<BatchRecord>(entry.record, place, "rows", "checks", "faults", "issueCounts");
    const version = standing ?? stored.version;
    const { dataset, quarantine, rows, checks, faults, issueCounts } = stored;
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
      wholeBatchChecks: stored.wholeBatchChecks ?? checks,
      faults,
      issueCounts,
      ignoredColumns: stored.ignoredColumns ?? [],
    });
  }

  /** The quarantine version that a failed batch went to as a whole before, if it is still there. */
  async keptApart(quarantine: string, key: Digest): Promise<Digest | undefined> {
    const row = await this.#metadata.sql
      .withTables<DataTables>()
      .selectFrom("data_batch")
      .select("version")
      .where("dataset", "=", quarantine)
      .where("batch", "=", key)
      .executeTakeFirst();
    if (row === undefined || !isDigest(row.version)) return undefined;
    return (await this.#isPartOf(quarantine, row.version)) ? row.version : undefined;
  }

  async #isAll(newest: Digest | undefined, version: Digest): Promise<boolean> {
    return newest === version && (await this.#repository.manifest(version)).parent === null;
  }

  async #isPartOf(dataset: string, version: Digest): Promise<boolean> {
    const versions = await this.#repository.versions(dataset);
    return versions.some(({ digest }) => digest === version);
  }
}
