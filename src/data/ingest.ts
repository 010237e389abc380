import type { DataSource } from "../contracts/data-source.ts";
import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { DatasetVersion } from "../contracts/dataset-version.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { WorkspaceEvents } from "../contracts/workspace-events.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { type Digest, digestOfJson } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import type { Events } from "../core/events.ts";
import type { WorkOptions } from "../core/progress.ts";
import { concatTables } from "../table/concat-tables.ts";
import { BatchBook } from "./batch-book.ts";
import { batchMetricsOf } from "./batch-metrics-of.ts";
import { type BatchVerdicts, checkBatch } from "./check-batch.ts";
import type { DatasetRepository } from "./dataset-repository.ts";
import { type BlockedIngest, type CommittedIngest, type IngestResult, withSummary } from "./ingest-result.ts";
import { quarantineBatch, quarantineTarget } from "./quarantine.ts";
import { type ReadBatch, readBatch } from "./read-batch.ts";
import type { Publication, VersionToPublish } from "./publish-versions.ts";
import { requireRepairs } from "./require-repairs.ts";
import { refusals } from "./run-checks.ts";

/** What an {@link Ingest} is wired with. */
export interface IngestWiring {
  readonly repository: DatasetRepository;
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly events: Events<WorkspaceEvents>;
  /** Tells checks the time. @default the machine's clock */
  readonly clock?: Clock;
}

/** How a batch is ingested. */
export interface IngestOptions extends WorkOptions {
  /**
   * What happens to rows that the schema refuses and to a batch that fails a check. `block`: either keeps the whole batch out.
   * `quarantine`: refused rows go to `<name>.quarantine` with their reasons, the others pass; where a check fails, all rows go there.
   * `warn`: refused rows go to quarantine, a failed check is only reported (the version does not count as validated). @default "block"
   */
  readonly onFailure?: "block" | "quarantine" | "warn";
  /** `append` to the newest version, or `replace` it. @default "append" */
  readonly mode?: "append" | "replace";
  /** What to do with a batch that was committed before, known by its bytes: `skip` answers as then, `append` adds its rows again. @default "skip" */
  readonly onRepeat?: "skip" | "append";
  /** The quarantine version whose rows were repaired to make this batch: recorded as its origin in the lineage. @default none */
  readonly repairs?: Digest;
  /** Refused rows kept in the result. @default 100 */
  readonly keepFaults?: number;
  /** The branch to ingest into. @default "main" */
  readonly branch?: string;
  /** Why, for the log. @default "" */
  readonly message?: string;
  /** Who ingests, for the audit log. @default "system" */
  readonly actor?: string;
}

const attempts = 10;

interface QuarantineOrigin {
  readonly from: { readonly uri: string; readonly digest: Digest };
  readonly key: Digest;
  readonly options: IngestOptions;
}

/**
 * Takes a batch in: read, validate row by row, check as a whole, then commit, quarantine or block. A blocked batch changes nothing but
 * leaves an audit event.
 */
export class Ingest {
  readonly #wiring: IngestWiring;
  readonly #book: BatchBook;

  constructor(wiring: IngestWiring) {
    this.#wiring = wiring;
    this.#book = new BatchBook(wiring);
  }

  /**
   * Ingests a source into a dataset. Bad rows and failed checks are answers, not errors.
   *
   * Errors: `argument/invalid` (options), `definition/conflict`, `data/missing-column`, `data/schema-mismatch`, `data/malformed-source`, `data/source-changed`,
   * `data/ref-not-found` for an unknown branch, `data/head-moved`, `io/failed`, `io/disk-full`; the signal's reason when aborted. After an error the dataset is as it was.
   */
  async ingest(definition: DatasetDefinition, source: DataSource, options: IngestOptions = {}): Promise<IngestResult> {
    requireChoice("onFailure", options.onFailure, ["block", "quarantine", "warn"]);
    requireChoice("mode", options.mode, ["append", "replace"]);
    requireChoice("onRepeat", options.onRepeat, ["skip", "append"]);
    const { repository } = this.#wiring;
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    await repository.register(definition);
    if (options.repairs !== undefined) await requireRepairs(repository, definition.name, options.repairs);
    const digest = await source.digest(signal);
    if (digest !== undefined) {
      const before = await this.#before(definition, batchKey(definition, digest), options);
      if (before !== undefined)
        return await this.#repaired(definition, before, () => this.#read(definition, source, digest, options));
    }
    const batch = await this.#read(definition, source, digest, options);
    if (digest !== undefined && (await source.digest(signal)) !== digest) throw sourceChanged(source);
    const key = batchKey(definition, digest ?? batch.rowsDigest);
    for (let attempt = 0; attempt < attempts; attempt++) {
      options.signal?.throwIfAborted();
      // Asked each time: the commit that came first may have been of this very batch.
      const before = await this.#before(definition, key, options);
      if (before !== undefined) return await this.#repaired(definition, before, async () => batch);
      const result = await this.#judge(definition, source, batch, digest ?? batch.rowsDigest ?? key, key, options);
      if (result !== "head-moved" && result !== "swept") return result;
    }
    throw new SluiceError("data/head-moved", {
      found: `${attempts} other commits to dataset "${definition.name}" while this batch was being committed`,
      expected: "a moment without another commit",
      fix: "Ingest again; nothing was changed. Let one process at a time write a dataset.",
    });
  }

  #read(
    definition: DatasetDefinition,
    source: DataSource,
    digest: Digest | undefined,
    options: IngestOptions,
  ): Promise<ReadBatch> {
    return readBatch(definition, source, {
      ...options,
      keepFaults: options.keepFaults ?? 100,
      digestRows: digest === undefined,
    });
  }

  /** The result of a batch that was committed before; parts that were lost since are written again, where they come from this batch. */
  async #repaired(
    definition: DatasetDefinition,
    before: CommittedIngest,
    read: () => Promise<ReadBatch>,
  ): Promise<CommittedIngest> {
    const { repository } = this.#wiring;
    const missing = await repository.missingParts(before.version.digest);
    const apart = before.quarantine === undefined ? missing : await repository.missingParts(before.quarantine.digest);
    const lost = new Set([...missing, ...apart]);
    if (lost.size === 0) return before;
    const batch = await read();
    await repository.restoreParts(before.version.digest, definition, batch.accepted);
    const left = new Set(await repository.missingParts(before.version.digest));
    if (before.quarantine !== undefined) {
      const { digest } = before.quarantine;
      await repository.restoreParts(digest, quarantineTarget(definition.name, definition.columns), batch.refused);
      for (const part of await repository.missingParts(digest)) left.add(part);
    }
    const restoredParts = lost.size - left.size;
    return withSummary({ ...before, restoredParts, missingParts: left.size });
  }

  async #before(
    definition: DatasetDefinition,
    key: Digest,
    { onRepeat, mode, branch }: IngestOptions,
  ): Promise<CommittedIngest | undefined> {
    return onRepeat === "append" ? undefined : await this.#book.find(definition.name, key, mode ?? "append", branch);
  }

  /** Checks a batch against the branch's newest version and commits it on top of that, unless another commit came first. */
  async #judge(
    definition: DatasetDefinition,
    source: DataSource,
    batch: ReadBatch,
    sourceDigest: Digest,
    key: Digest,
    options: IngestOptions,
  ): Promise<IngestResult | Exclude<Publication, "published">> {
    const { repository } = this.#wiring;
    const tip = await repository.tip(definition.name, options.branch);
    const head = tip?.version;
    const verdicts = await checkBatch({ clock: systemClock, ...this.#wiring }, definition, batch, head, options);
    const { checks, wholeBatchChecks } = verdicts;
    const onFailure = options.onFailure ?? "block";
    const byRows = rowReasons(batch, onFailure);
    const byChecks = onFailure === "warn" || batch.rowsAccepted === 0 ? [] : refusals(checks);
    const reasons = [...byRows, ...byChecks];
    const keepApart = onFailure === "quarantine" && batch.rowsRead > 0 && reasons.length > 0;
    const from = { uri: source.describe().uri, digest: sourceDigest };
    const apartFrom = keepApart
      ? await this.#quarantine(definition, batch, reasons, { from, key, options })
      : undefined;
    if (typeof apartFrom === "string") return apartFrom;
    if (reasons.length > 0)
      return this.#block(definition, batch, verdicts, reasons, apartFrom, options.actor ?? "system");
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    const parent = options.mode === "replace" ? undefined : head;
    const main = await repository.prepare(definition, batch.accepted, { parent, checks, ...signal });
    const change = parent === undefined && tip !== undefined ? "replace" : "append";
    const notes = { batch: key, change, ...(options.message !== undefined && { message: options.message }) } as const;
    const branch = options.branch === undefined ? {} : { branch: options.branch };
    const repairs = options.repairs === undefined ? {} : { repairs: options.repairs };
    const versions: VersionToPublish[] = [
      { prepared: main, expectedTip: tip?.id, notes, source: from, ...branch, ...repairs },
    ];
    if (batch.refused.length > 0) {
      const target = quarantineTarget(definition.name, definition.columns);
      const apart = await repository.tip(target.name);
      const prepared = await repository.prepare(target, batch.refused, {
        parent: apart?.version,
        checks: [],
        ...signal,
      });
      versions.push({ prepared, expectedTip: apart?.id, source: from });
    }
    const rows = {
      read: batch.rowsRead,
      accepted: batch.rowsAccepted,
      quarantined: batch.rowsRead - batch.rowsAccepted,
      blocked: 0,
    };
    const report = { dataset: definition.name, rows, checks, faults: batch.faults, ...oddities(batch) };
    const whole = wholeBatchChecks === checks ? {} : { wholeBatchChecks };
    const stored = this.#book.entry(key, main.digest, versions[1]?.prepared.digest, { ...report, ...whole });
    const metrics = batchMetricsOf(concatTables(batch.accepted));
    const published = await repository.publish(versions, {
      batch: stored,
      metrics: { dataset: definition.name, version: main.digest, metrics },
      ...(options.actor === undefined ? {} : { actor: options.actor }),
    });
    if (published !== "published") return published;
    for (const { prepared } of versions) {
      const { dataset, rows } = prepared.manifest;
      this.#wiring.events.emit("dataset.committed", { dataset, version: prepared.digest, rows });
    }
    // With the sample rows, which are not stored.
    return { ...(await this.#book.result(stored.record, false)), checks, wholeBatchChecks };
  }

  /** Commits a failed batch as a whole to the dataset's quarantine; once, however often it is ingested again. */
  async #quarantine(
    definition: DatasetDefinition,
    batch: ReadBatch,
    reasons: readonly string[],
    { from, key, options }: QuarantineOrigin,
  ): Promise<DatasetVersion | Exclude<Publication, "published">> {
    const { repository, events } = this.#wiring;
    const target = quarantineTarget(definition.name, definition.columns);
    const before = options.onRepeat === "append" ? undefined : await this.#book.keptApart(target.name, key);
    if (before !== undefined) return repository.version(before);
    const tip = await repository.tip(target.name);
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    const apart = [quarantineBatch(batch, `batch: ${reasons.join("; ")}`)];
    const prepared = await repository.prepare(target, apart, { parent: tip?.version, checks: [], ...signal });
    const rows = { read: batch.rowsRead, accepted: 0, quarantined: batch.rowsRead, blocked: 0 };
    const report = { dataset: target.name, rows, checks: [], faults: batch.faults, ...oddities(batch) };
    const published = await repository.publish([{ prepared, expectedTip: tip?.id, source: from }], {
      batch: this.#book.entry(key, prepared.digest, undefined, report),
      ...(options.actor === undefined ? {} : { actor: options.actor }),
    });
    if (published !== "published") return published;
    const version = await repository.version(prepared.digest);
    events.emit("dataset.committed", { dataset: target.name, version: version.digest, rows: version.rows });
    return version;
  }

  async #block(
    definition: DatasetDefinition,
    batch: ReadBatch,
    { checks, wholeBatchChecks }: BatchVerdicts,
    reasons: readonly string[],
    quarantine: DatasetVersion | undefined,
    actor: string,
  ): Promise<BlockedIngest> {
    const { metadata, ledger, events } = this.#wiring;
    const notice = { dataset: definition.name, rows: batch.rowsRead, reasons: [...reasons] };
    await metadata.write(async (tx) => {
      await ledger.changes.publish(tx, "batch.blocked", notice);
      await ledger.audit.append(tx, { kind: "batch.blocked", subject: definition.name, actor, body: notice });
    });
    events.emit("batch.blocked", notice);
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
}

function oddities({ issueCounts, ignoredColumns }: ReadBatch): Pick<ReadBatch, "issueCounts" | "ignoredColumns"> {
  return { issueCounts, ignoredColumns };
}

function requireChoice(option: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new SluiceError("argument/invalid", {
    found: `${option} ${JSON.stringify(value)}`,
    expected: choices.map((choice) => JSON.stringify(choice)).join(" or "),
    fix: "Pass one of them, or leave the option out.",
  });
}

function sourceChanged(source: DataSource): SluiceError {
  return new SluiceError("data/source-changed", {
    found: `other bytes in ${source.describe().uri} after reading it than before`,
    expected: "a source that stays as it is while it is read: its digest goes into the lineage",
    fix: "Ingest again when nothing writes to it; nothing was changed.",
  });
}

/** What names a batch: the bytes it comes from and the schema it was judged by. */
function batchKey(definition: DatasetDefinition, source: Digest | undefined): Digest {
  return digestOfJson({ schema: definition.schemaDigest, source: source ?? null });
}

/** Why the rows keep a batch out, whatever the checks say. */
function rowReasons(batch: ReadBatch, onFailure: "block" | "quarantine" | "warn"): readonly string[] {
  if (batch.rowsRead === 0) return ["the source has no rows"];
  if (batch.rowsAccepted === 0) return [`the schema refuses all ${batch.rowsRead} rows`];
  const refusedRows = batch.rowsRead - batch.rowsAccepted;
  return onFailure === "block" && refusedRows > 0
    ? [`the schema refuses ${refusedRows} of ${batch.rowsRead} rows`]
    : [];
}
