import type { CheckOutcome } from "../../contracts/check.ts";
import type { DataSource } from "../../contracts/data-source.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { IngestRecord } from "../../contracts/ingest-record.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";
import type { ReadBatch } from "./read-batch.ts";
import { storedOutcomes } from "../checks/stored-outcomes.ts";
import type { PreparedVersion } from "../versions/version-writer.ts";

/** What an ingest knows at its end. */
export interface IngestEnd {
  readonly definition: DatasetDefinition;
  readonly source: DataSource;
  readonly sourceDigest: Digest;
  readonly startedAtMs: number;
  readonly batch: ReadBatch;
  readonly checks: readonly CheckOutcome[];
  /** Empty for a committed batch. */
  readonly reasons: readonly string[];
  readonly versions: readonly PreparedVersion[];
}

/** The change `ingest.ended`: an {@link IngestRecord} as JSON. */
export function ingestRecord(end: IngestEnd): JsonValue {
  const { definition, batch, source } = end;
  const { uri, kind } = source.describe();
  const added = [batch.rowsAccepted, batch.rowsRead - batch.rowsAccepted];
  const record: IngestRecord = {
    schema: 1,
    dataset: definition.name,
    outcome: end.reasons.length > 0 ? "blocked" : "committed",
    reasons: end.reasons,
    startedAtMs: end.startedAtMs,
    source: { uri: uri.toWellFormed(), kind, digest: end.sourceDigest },
    rowsRead: batch.rowsRead,
    rowsAccepted: batch.rowsAccepted,
    columns: Object.entries(definition.columns).map(([name, { tag, nullable }]) => ({
      name,
      tag,
      nullable,
      inSource: batch.sourceColumns.has(name),
      missing: batch.missing.get(name) ?? 0,
    })),
    checks: end.checks,
    versions: end.versions.map(({ digest, manifest }, i) => ({
      dataset: manifest.dataset,
      version: digest,
      parent: manifest.parent,
      rows: added[i] ?? 0,
    })),
  };
  return {
    ...record,
    reasons: [...record.reasons],
    source: { ...record.source },
    columns: record.columns.map((column) => ({ ...column })),
    checks: storedOutcomes(record.checks),
    versions: record.versions.map((version) => ({ ...version })),
  };
}
