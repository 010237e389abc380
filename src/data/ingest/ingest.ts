import type { DataSource } from "../../contracts/data-source.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { systemClock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { BatchBook } from "./batch-book.ts";
import { type CheckSourceOptions, checkSource, type SourceVerdict } from "./check-source.ts";
import type { IngestOptions, IngestWiring } from "./ingest-options.ts";
import { type CommittedIngest, type IngestResult, withSummary } from "./ingest-result.ts";
import { batchKey, memoryBytesOf, requireChoice, sourceChanged } from "./ingest-rules.ts";
import { type BatchWork, judgeBatch } from "./judge-batch.ts";
import { quarantineTarget } from "./quarantine.ts";
import { type ReadBatch, readBatch } from "./read-batch.ts";
import { requireRepairs } from "./require-repairs.ts";
import type { CursorMove } from "./source-cursors.ts";

const attempts = 10;

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

  /** Where the cursors of sources are kept. */
  get metadata(): MetadataStore {
    return this.#wiring.metadata;
  }

  /**
   * Judges a source as an ingest with `onFailure: "block"` would, and commits nothing: for CI, and before a batch is handed over.
   * Errors: as `ingest`, but `data/head-moved`.
   */
  async check(
    definition: DatasetDefinition,
    source: DataSource,
    options: CheckSourceOptions = {},
  ): Promise<SourceVerdict> {
    return await checkSource(this.#wiring, definition, source, options);
  }

  /**
   * Ingests a source into a dataset. Bad rows and failed checks are answers, not errors.
   *
   * Errors: `argument/invalid` (options), `definition/conflict`, `data/missing-column`, `data/schema-mismatch`, `data/malformed-source`, `data/source-changed`,
   * `data/ref-not-found` for an unknown branch, `data/head-moved`, `io/failed`, `io/disk-full`; the signal's reason when aborted. After an error the dataset is as it was.
   *
   * @param cursor - The step to make with the publication, asked when the source was read; `data/cursor-moved` where another was faster.
   */
  async ingest(
    definition: DatasetDefinition,
    source: DataSource,
    options: IngestOptions = {},
    cursor?: () => CursorMove,
  ): Promise<IngestResult> {
    const clock = this.#wiring.clock ?? systemClock;
    const startedAtMs = clock.nowMs();
    try {
      return await this.#run(definition, source, options, startedAtMs, cursor);
    } catch (error) {
      this.#wiring.events.emit("ingest.failed", {
        dataset: definition.name,
        source: source.describe(),
        startedAtMs,
        endedAtMs: clock.nowMs(),
        aborted: options.signal?.aborted === true,
        error: error instanceof Error ? error.message : String(error),
      });
      throw error;
    }
  }

  async #run(
    definition: DatasetDefinition,
    source: DataSource,
    options: IngestOptions,
    startedAtMs: number,
    cursor: (() => CursorMove) | undefined,
  ): Promise<IngestResult> {
    requireChoice("onFailure", options.onFailure, ["block", "quarantine", "warn"]);
    requireChoice("mode", options.mode, ["append", "replace"]);
    requireChoice("onRepeat", options.onRepeat, ["skip", "append"]);
    memoryBytesOf(options);
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
    let batch = await this.#read(definition, source, digest, options);
    if (digest !== undefined && (await source.digest(signal)) !== digest) throw sourceChanged(source);
    const key = batchKey(definition, digest ?? batch.rowsDigest);
    const sourceDigest = digest ?? batch.rowsDigest ?? key;
    for (let attempt = 0; attempt < attempts; attempt++) {
      options.signal?.throwIfAborted();
      // Asked each time: the commit that came first may have been of this very batch.
      const before = await this.#before(definition, key, options);
      if (before !== undefined) return await this.#repaired(definition, before, async () => batch);
      const work = { definition, source, sourceDigest, batch, key, options, startedAtMs, cursor };
      const result = await judgeBatch(this.#wiring, this.#book, work).catch(sweptUnread(batch));
      if (result !== "head-moved" && result !== "swept") return result;
      if (result === "swept" && isStored(batch)) batch = await this.#readAgain(work, digest);
    }
    throw new SluiceError("data/head-moved", {
      found: `${attempts} other commits to dataset "${definition.name}" while this batch was being committed`,
      expected: "a moment without another commit",
      fix: "Ingest again; nothing was changed. Let one process at a time write a dataset.",
    });
  }

  /** Reads a batch anew whose stored rows were taken by a garbage collection before they were committed. */
  async #readAgain({ definition, source, batch, options }: BatchWork, digest: Digest | undefined): Promise<ReadBatch> {
    const again = await this.#read(definition, source, digest, options);
    const changed = digest === undefined ? again.rowsDigest !== batch.rowsDigest : (await source.digest()) !== digest;
    if (changed) throw sourceChanged(source);
    return again;
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
      repository: this.#wiring.repository,
      memoryBytes: memoryBytesOf(options),
      parent: async () =>
        options.mode === "replace"
          ? undefined
          : await this.#wiring.repository.headDigest(definition.name, options.branch),
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
    await repository.restoreParts(before.version.digest, definition, batch.accepted.tables());
    const left = new Set(await repository.missingParts(before.version.digest));
    if (before.quarantine !== undefined) {
      const { digest } = before.quarantine;
      await repository.restoreParts(
        digest,
        quarantineTarget(definition.name, definition.columns),
        batch.refused.tables(),
      );
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
}

/** Whether some of a batch's rows lie among the blobs, where a garbage collection may take them. */
function isStored({ accepted, refused }: ReadBatch): boolean {
  return accepted.stored || refused.stored;
}

/** A stored batch that cannot be read any more was swept; every other error stays one. */
function sweptUnread(batch: ReadBatch): (error: unknown) => "swept" {
  return (error) => {
    if (isStored(batch) && isSluiceError(error, "blob/not-found")) return "swept";
    throw error;
  };
}
