import type { DataSource } from "../../contracts/data-source.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import { systemClock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import type { BatchBook } from "./batch-book.ts";
import { type BatchVerdicts, checkBatch } from "./check-batch.ts";
import type { IngestOptions, IngestWiring } from "./ingest-options.ts";
import { type BlockedIngest, type IngestResult, withSummary } from "./ingest-result.ts";
import { rowReasons } from "./ingest-rules.ts";
import { ingestRecord } from "./ingest-record.ts";
import type { Publication, VersionToPublish } from "../versions/publish-versions.ts";
import { quarantineSuffix, quarantineTarget } from "./quarantine.ts";
import type { ReadBatch } from "./read-batch.ts";
import { refusals } from "../checks/run-checks.ts";
import type { CursorMove } from "./source-cursors.ts";
import type { PlacedCommit } from "../versions/commit-graph.ts";

/** A batch that was read, and what is to be done with it. */
export interface BatchWork {
  readonly definition: DatasetDefinition;
  readonly source: DataSource;
  readonly sourceDigest: Digest;
  readonly batch: ReadBatch;
  /** What names the batch. */
  readonly key: Digest;
  readonly options: IngestOptions;
  readonly startedAtMs: number;
  /** The step that the source's cursor makes with the publication. */
  readonly cursor: (() => CursorMove) | undefined;
}

type Unpublished = Exclude<Publication, "published">;

/** Checks a batch against the branch's newest version and commits it on top of that, keeps it apart or blocks it; unless another commit came first. */
export async function judgeBatch(
  wiring: IngestWiring,
  book: BatchBook,
  work: BatchWork,
): Promise<IngestResult | Unpublished> {
  const { definition, batch, options } = work;
  const tip = await wiring.repository.tip(definition.name, options.branch);
  const verdicts = await checkBatch({ clock: systemClock, ...wiring }, definition, batch, tip?.version, options);
  const onFailure = options.onFailure ?? "block";
  const byChecks = onFailure === "warn" || batch.rowsAccepted === 0 ? [] : refusals(verdicts.checks);
  const reasons = [...rowReasons(batch, onFailure), ...byChecks];
  if (reasons.length === 0) return await commitBatch(wiring, book, work, verdicts, tip);
  // With "warn" it is refused rows alone, all of them, that keep a batch out.
  const keepApart = onFailure !== "block" && batch.rowsRead > 0;
  const apart = keepApart ? await quarantine(wiring, book, work, reasons) : undefined;
  return typeof apart === "string" ? apart : await block(wiring, work, verdicts, reasons, apart);
}

async function commitBatch(
  { repository, events }: IngestWiring,
  book: BatchBook,
  work: BatchWork,
  { checks, wholeBatchChecks }: BatchVerdicts,
  tip: PlacedCommit | undefined,
): Promise<IngestResult | Unpublished> {
  const { definition, batch, key, options, cursor } = work;
  const parent = options.mode === "replace" ? undefined : tip?.version;
  const main = await batch.accepted.prepare(parent, checks);
  const change = parent === undefined && tip !== undefined ? "replace" : "append";
  const notes = { batch: key, change, ...(options.message !== undefined && { message: options.message }) } as const;
  const branch = options.branch === undefined ? {} : { branch: options.branch };
  const repairs = options.repairs === undefined ? {} : { repairs: options.repairs };
  const source = sourceOf(work);
  const versions: VersionToPublish[] = [
    { prepared: main, expectedTip: tip?.id, notes, source, ...branch, ...repairs },
    ...(await refusedVersion(repository, work)),
  ];
  const quarantined = batch.rowsRead - batch.rowsAccepted;
  const rows = { read: batch.rowsRead, accepted: batch.rowsAccepted, quarantined, blocked: 0 };
  const report = { dataset: definition.name, rows, checks, faults: batch.faults, ...oddities(batch) };
  const whole = wholeBatchChecks === checks ? {} : { wholeBatchChecks };
  const stored = book.entry(key, main.digest, versions[1]?.prepared.digest, { ...report, ...whole });
  const prepared = versions.map((version) => version.prepared);
  const move = cursor?.();
  const published = await repository.publish(versions, {
    batch: stored,
    metrics: { dataset: definition.name, version: main.digest, metrics: batch.metrics },
    ingest: ingestRecord({ ...work, checks, reasons: [], versions: prepared }),
    ...(move && { cursor: move, erasures: move.erasures }),
    ...actorOf(options),
  });
  if (published !== "published") return published;
  for (const { digest, manifest } of prepared)
    events.emit("dataset.committed", { dataset: manifest.dataset, version: digest, rows: manifest.rows });
  // With the sample rows, which are not stored.
  return withSummary({ ...(await book.result(stored, false)), checks, wholeBatchChecks });
}

/** The version of the dataset's quarantine that refused rows go to. */
async function refusedVersion(
  repository: IngestWiring["repository"],
  work: BatchWork,
): Promise<readonly VersionToPublish[]> {
  const { definition, batch } = work;
  if (batch.refused.rowCount === 0) return [];
  const tip = await repository.tip(`${definition.name}${quarantineSuffix}`);
  const prepared = await batch.refused.prepare(tip?.version, []);
  return [{ prepared, expectedTip: tip?.id, source: sourceOf(work) }];
}

/** Commits a failed batch as a whole to the dataset's quarantine; once, however often it is ingested again. */
async function quarantine(
  { repository, events }: IngestWiring,
  book: BatchBook,
  work: BatchWork,
  reasons: readonly string[],
): Promise<DatasetVersion | Unpublished> {
  const { definition, batch, key, options, cursor } = work;
  const target = quarantineTarget(definition.name, definition.columns);
  const before = options.onRepeat === "append" ? undefined : await book.keptApart(target.name, key);
  if (before !== undefined) return repository.version(before);
  const tip = await repository.tip(target.name);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const apart = batch.whole.inQuarantineForm(`batch: ${reasons.join("; ")}`);
  const prepared = await repository.prepare(target, apart, { parent: tip?.version, checks: [], ...signal });
  const rows = { read: batch.rowsRead, accepted: 0, quarantined: batch.rowsRead, blocked: 0 };
  const report = { dataset: target.name, rows, checks: [], faults: batch.faults, ...oddities(batch) };
  const published = await repository.publish([{ prepared, expectedTip: tip?.id, source: sourceOf(work) }], {
    batch: book.entry(key, prepared.digest, undefined, report),
    ...(cursor && { erasures: cursor().erasures }),
    ...actorOf(options),
  });
  if (published !== "published") return published;
  const version = await repository.version(prepared.digest);
  events.emit("dataset.committed", { dataset: target.name, version: version.digest, rows: version.rows });
  return version;
}

async function block(
  wiring: IngestWiring,
  work: BatchWork,
  { checks, wholeBatchChecks }: BatchVerdicts,
  reasons: readonly string[],
  quarantine: DatasetVersion | undefined,
): Promise<BlockedIngest> {
  const { definition, batch, cursor } = work;
  // A collection that finds no rows is not worth a word in the audit log.
  if (cursor === undefined || batch.rowsRead > 0) await tellBlocked(wiring, work, checks, reasons);
  return withSummary({
    outcome: "blocked",
    dataset: definition.name,
    rows: { read: batch.rowsRead, accepted: 0, quarantined: 0, blocked: batch.rowsRead },
    checks,
    wholeBatchChecks,
    faults: batch.faults,
    ...oddities(batch),
    quarantine,
    reasons,
  });
}

async function tellBlocked(
  { metadata, ledger, events }: IngestWiring,
  work: BatchWork,
  checks: BatchVerdicts["checks"],
  reasons: readonly string[],
): Promise<void> {
  const { definition, batch, options } = work;
  const notice = { dataset: definition.name, rows: batch.rowsRead, reasons: [...reasons] };
  const actor = options.actor ?? "system";
  await metadata.write(async (tx) => {
    await ledger.changes.publish(tx, "batch.blocked", notice);
    await ledger.changes.publish(tx, "ingest.ended", ingestRecord({ ...work, checks, reasons, versions: [] }));
    await ledger.audit.append(tx, { kind: "batch.blocked", subject: definition.name, actor, body: notice });
  });
  events.emit("batch.blocked", notice);
}

function sourceOf({ source, sourceDigest }: BatchWork): { readonly uri: string; readonly digest: Digest } {
  return { uri: source.describe().uri, digest: sourceDigest };
}

function actorOf({ actor }: IngestOptions): { readonly actor?: string } {
  return actor === undefined ? {} : { actor };
}

function oddities({ issueCounts, ignoredColumns }: ReadBatch): Pick<ReadBatch, "issueCounts" | "ignoredColumns"> {
  return { issueCounts, ignoredColumns };
}
