import type { BatchMetrics } from "../contracts/batch-metrics.ts";
import type { DataSource } from "../contracts/data-source.ts";
import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { DatasetReader, DatasetVersion } from "../contracts/dataset-version.ts";
import type { IncrementalSource } from "../contracts/incremental-source.ts";
import type { Digest } from "../core/digest.ts";
import type { Table } from "../table/table.ts";
import { type CollectOptions, type CollectResult, collect } from "./ingest/collect.ts";
import type { CommitOptions } from "./versions/commit-options.ts";
import type { DatasetRepository } from "./dataset-repository.ts";
import type { CheckSourceOptions, SourceVerdict } from "./ingest/check-source.ts";
import type { Ingest } from "./ingest/ingest.ts";
import type { IngestOptions } from "./ingest/ingest-options.ts";
import type { IngestResult } from "./ingest/ingest-result.ts";
import type { TableStream } from "./parts/cut-tables.ts";
import type { VersionProfile } from "./profile/version-profile.ts";
import { type QuarantinedRows, type ReadQuarantineOptions, readQuarantine } from "./ingest/read-quarantine.ts";
import type { DatasetVersions } from "./versions/dataset-versions.ts";
import type { DatasetRef } from "./versions/resolve-ref.ts";

/** Which rows are read. */
export interface ReadOptions {
  /** Only these columns, in this order. @default all */
  readonly columns?: readonly string[];
  /** Where a dataset is named: which of its versions. @default "main" */
  readonly ref?: DatasetRef;
  /** Where a dataset is named: the branch whose newest version is read. @default "main" */
  readonly branch?: string;
  readonly signal?: AbortSignal;
}

/** The data stage's face, `workspace.data`: ingest batches, read versions, branch and merge them. */
export class DataStage implements DatasetReader {
  readonly #repository: DatasetRepository;
  readonly #ingest: Ingest;
  readonly #versions: DatasetVersions;

  constructor(parts: {
    readonly repository: DatasetRepository;
    readonly ingest: Ingest;
    readonly versions: DatasetVersions;
  }) {
    this.#repository = parts.repository;
    this.#ingest = parts.ingest;
    this.#versions = parts.versions;
  }

  /** Takes a batch in; see {@link Ingest.ingest}. */
  ingest(definition: DatasetDefinition, source: DataSource, options?: IngestOptions): Promise<IngestResult> {
    return this.#ingest.ingest(definition, source, options);
  }

  /** Judges a batch as an ingest would, and commits nothing; see {@link Ingest.check}. */
  check(definition: DatasetDefinition, source: DataSource, options?: CheckSourceOptions): Promise<SourceVerdict> {
    return this.#ingest.check(definition, source, options);
  }

  /**
   * Takes in what a source has that the dataset has not taken yet: the new files of a folder, the rows beyond a watermark. Each row once,
   * also after a crash: the cursor moves in the transaction that publishes the version. A blocked batch is tried again the next time.
   *
   * Errors: those of {@link Ingest.ingest}; `data/source-changed` where something that was taken is another thing now.
   *
   * @example
   * ```ts
   * import { dataset, openWorkspace, rowsSource } from "sluice";
   * import { watermarkSource } from "sluice/data";
   * import { z } from "zod";
   * const trips = dataset("trips", { schema: z.object({ id: z.number(), at: z.date() }), eventTime: "at" });
   * const all = [1, 2, 3].map((id) => ({ id, at: new Date(0) }));
   * const source = watermarkSource((after) => rowsSource(all.filter(({ id }) => id > Number(after ?? 0))), { uri: "trips", column: "id" });
   * const ws = await openWorkspace(".sluice");
   * await ws.data.collect(trips, source);
   * all.push({ id: 4, at: new Date(1) });
   * const result = await ws.data.collect(trips, source);
   * if (result.outcome !== "committed" || result.rows.accepted !== 1) throw new Error("one new row expected");
   * await ws.close();
   * ```
   */
  collect(definition: DatasetDefinition, source: IncrementalSource, options?: CollectOptions): Promise<CollectResult> {
    return collect({ ingest: this.#ingest, metadata: this.#ingest.metadata }, definition, source, options);
  }

  /** Commits rows without validating them; see {@link DatasetRepository.commit}. */
  commit(definition: DatasetDefinition, tables: TableStream, options?: CommitOptions): Promise<DatasetVersion> {
    return this.#repository.commit(definition, tables, options);
  }

  head(dataset: string, options?: { readonly branch?: string }): Promise<DatasetVersion | undefined> {
    return this.#repository.head(dataset, options);
  }

  /** The newest version of a branch and those it was appended to, newest first. */
  versions(dataset: string, options?: { readonly branch?: string }): Promise<readonly DatasetVersion[]> {
    return this.#repository.versions(dataset, options);
  }

  version(digest: Digest): Promise<DatasetVersion> {
    return this.#repository.version(digest);
  }

  definition(dataset: string): DatasetDefinition | undefined {
    return this.#repository.definition(dataset);
  }

  /** Checks a definition against the workspace and remembers it in this process. Errors: `definition/conflict`. */
  register(definition: DatasetDefinition): Promise<void> {
    return this.#repository.register(definition);
  }

  /** The rows part by part (some 6,000 at a time), of a version as {@link read} takes it: memory stays at a few parts. `fromRow` leaves out the rows before it. Errors as of {@link read}. */
  async *scan(version: string, options: ReadOptions & { readonly fromRow?: number } = {}): AsyncIterable<Table> {
    yield* this.#repository.scan(await this.#digestOf(version, options), options);
  }

  /**
   * All rows as one table: of a version or commit by its digest; of a dataset's newest version by its name; of any version by `name@ref`
   * (`"flights@v1"`, `"flights@main~2"`), or by the name and `ref` or `branch`. Errors: `data/version-not-found`, `data/ref-not-found`,
   * `data/erased`, `blob/corrupt`.
   */
  async read(version: string, options: ReadOptions = {}): Promise<Table> {
    return await this.#repository.read(await this.#digestOf(version, options), options);
  }

  /** What a version's columns hold; see {@link DatasetRepository.profile}. */
  profile(digest: Digest, options?: { readonly signal?: AbortSignal }): Promise<VersionProfile> {
    return this.#repository.profile(digest, options);
  }

  /** What was measured of every ingested batch of a dataset, oldest first: the newest `limit` of them. @param options `limit`: default 1000. */
  metrics(dataset: string, options?: { readonly limit?: number }): Promise<readonly BatchMetrics[]> {
    return this.#repository.metrics(dataset, options);
  }

  /** Rows of a dataset's quarantine, to be repaired and ingested again; see {@link QuarantinedRows}. Errors: `data/version-not-found`, `argument/invalid`. */
  readQuarantine(dataset: string, options?: ReadQuarantineOptions): Promise<QuarantinedRows> {
    return readQuarantine(this.#repository, dataset, options);
  }

  validation(digest: Digest): Promise<{ readonly validated: boolean; readonly reason: string }> {
    return this.#repository.validation(digest);
  }

  /** Makes a branch; see {@link DatasetVersions.branch}. */
  branch(...args: Parameters<DatasetVersions["branch"]>): ReturnType<DatasetVersions["branch"]> {
    return this.#versions.branch(...args);
  }

  /** Names a commit; see {@link DatasetVersions.tag}. */
  tag(...args: Parameters<DatasetVersions["tag"]>): ReturnType<DatasetVersions["tag"]> {
    return this.#versions.tag(...args);
  }

  /** Removes a branch; see {@link DatasetVersions.deleteBranch}. */
  deleteBranch(...args: Parameters<DatasetVersions["deleteBranch"]>): Promise<void> {
    return this.#versions.deleteBranch(...args);
  }

  /** Removes a tag; see {@link DatasetVersions.deleteTag}. */
  deleteTag(...args: Parameters<DatasetVersions["deleteTag"]>): Promise<void> {
    return this.#versions.deleteTag(...args);
  }

  /** A dataset's branches; see {@link DatasetVersions.branches}. */
  branches(...args: Parameters<DatasetVersions["branches"]>): ReturnType<DatasetVersions["branches"]> {
    return this.#versions.branches(...args);
  }

  /** A dataset's tags; see {@link DatasetVersions.tags}. */
  tags(...args: Parameters<DatasetVersions["tags"]>): ReturnType<DatasetVersions["tags"]> {
    return this.#versions.tags(...args);
  }

  /** A dataset's history; see {@link DatasetVersions.log}. */
  log(...args: Parameters<DatasetVersions["log"]>): ReturnType<DatasetVersions["log"]> {
    return this.#versions.log(...args);
  }

  /** What a reference stands for; see {@link DatasetVersions.resolve}. */
  resolve(...args: Parameters<DatasetVersions["resolve"]>): ReturnType<DatasetVersions["resolve"]> {
    return this.#versions.resolve(...args);
  }

  /** What differs between two versions; see {@link DatasetVersions.diff}. */
  diff(...args: Parameters<DatasetVersions["diff"]>): ReturnType<DatasetVersions["diff"]> {
    return this.#versions.diff(...args);
  }

  /** Brings one branch into another; see {@link DatasetVersions.merge}. */
  merge(...args: Parameters<DatasetVersions["merge"]>): ReturnType<DatasetVersions["merge"]> {
    return this.#versions.merge(...args);
  }

  /** Undoes a commit by another; see {@link DatasetVersions.revert}. */
  revert(...args: Parameters<DatasetVersions["revert"]>): ReturnType<DatasetVersions["revert"]> {
    return this.#versions.revert(...args);
  }

  /** The version, if its checks have passed; see {@link DatasetVersions.requireValidated}. */
  requireValidated(
    ...args: Parameters<DatasetVersions["requireValidated"]>
  ): ReturnType<DatasetVersions["requireValidated"]> {
    return this.#versions.requireValidated(...args);
  }

  /** Removes the blobs that nothing needs; see {@link DatasetVersions.gc}. */
  gc(...args: Parameters<DatasetVersions["gc"]>): ReturnType<DatasetVersions["gc"]> {
    return this.#versions.gc(...args);
  }

  /** Makes the files of a place a version; see {@link DatasetVersions.commitFiles}. */
  commitFiles(...args: Parameters<DatasetVersions["commitFiles"]>): ReturnType<DatasetVersions["commitFiles"]> {
    return this.#versions.commitFiles(...args);
  }

  /** How files differ from a version; see {@link DatasetVersions.status}. */
  status(...args: Parameters<DatasetVersions["status"]>): ReturnType<DatasetVersions["status"]> {
    return this.#versions.status(...args);
  }

  /** The files of a version; see {@link DatasetVersions.files}. */
  files(...args: Parameters<DatasetVersions["files"]>): ReturnType<DatasetVersions["files"]> {
    return this.#versions.files(...args);
  }

  /** The bytes of one file of a version; see {@link DatasetVersions.file}. */
  file(...args: Parameters<DatasetVersions["file"]>): ReturnType<DatasetVersions["file"]> {
    return this.#versions.file(...args);
  }

  /** Erases a person's rows from every version; see {@link DatasetVersions.erase}. */
  erase(...args: Parameters<DatasetVersions["erase"]>): ReturnType<DatasetVersions["erase"]> {
    return this.#versions.erase(...args);
  }

  async #digestOf(text: string, { ref, branch }: ReadOptions): Promise<Digest> {
    const named = ref ?? branch;
    if (named === undefined) return (await this.#versions.find(text)).version;
    const at = typeof named === "string" || branch === undefined ? named : { branch, ...named };
    return (await this.#versions.resolve(text, at)).version;
  }
}
