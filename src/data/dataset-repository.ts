import type { BatchMetrics } from "../contracts/batch-metrics.ts";
import type { BlobStore } from "../contracts/blob-store.ts";
import type { CheckOutcome } from "../contracts/check.ts";
import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { DatasetReader, DatasetVersion } from "../contracts/dataset-version.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { Clock } from "../core/clock.ts";
import type { Digest } from "../core/digest.ts";
import { isSluiceError } from "../core/errors.ts";
import { concatTables } from "../table/concat-tables.ts";
import type { Table } from "../table/table.ts";
import { readMetrics } from "./anomalies/metrics-store.ts";
import type { CommitOptions } from "./versions/commit-options.ts";
import { commitRows } from "./versions/commit-rows.ts";
import type { DataTables } from "./data-migrations.ts";
import { definitionRecord, requireSameDefinition } from "./definition-record.ts";
import { contentDigest, type Manifest, type ManifestPart, versionDigest } from "./parts/manifest.ts";
import type { TableStream } from "./parts/cut-tables.ts";
import { ManifestStore } from "./parts/manifest-store.ts";
import type { Compression } from "./parts/pack-writer.ts";
import { emptyTable, readParts } from "./parts/read-parts.ts";
import { type ReadRowsOptions, readRowsFrom } from "./parts/read-rows-from.ts";
import { type VersionProfile, versionProfile } from "./profile/version-profile.ts";
import {
  type Publication,
  type PublishExtras,
  publishVersions,
  type StoredVersion,
  type VersionToPublish,
} from "./versions/publish-versions.ts";
import { missingParts, restoreParts } from "./parts/restore-parts.ts";
import { branchNotFound, foreignHead } from "./versions/version-errors.ts";
import { readValidation, readVersion } from "./versions/read-version.ts";
import {
  type CommitTarget,
  saveVersion,
  type StoredDraft,
  VersionDraft,
  type VersionStores,
} from "./versions/version-writer.ts";
import { CommitGraph, type PlacedCommit } from "./versions/commit-graph.ts";
import { headRef, mainBranch } from "./versions/ref-name.ts";
import { sweepEpoch } from "./versions/sweep-guard.ts";
import { requireNotErased, standingVersion } from "./versions/tombstone.ts";

/** What a {@link DatasetRepository} is wired with. */
export interface DatasetRepositoryOptions {
  /** With the migrations of the ledger and of the data stage applied. */
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /**
   * How columns are compressed. A version's name, and what is stored once, do not depend on it, so it can be changed at any time. `"zstd"`
   * needs Node 22.15 or newer. @default "none"
   */
  readonly compression?: Compression;
}

/** What rows that are stored follow on. */
export interface RowsToPrepare {
  /** The version that they are appended to. */
  readonly parent: Digest | undefined;
  /** Whether chunks that another version has are left where they are. @default true */
  readonly reuse?: boolean;
  /** Further parts whose chunks need not be stored again. */
  readonly stored?: readonly ManifestPart[];
  readonly signal?: AbortSignal;
}

/**
 * Versions of datasets: immutable parts and manifests as blobs, branches that move in one transaction. Blobs are durable before a branch
 * moves, so a process that dies leaves the old commit or the new one, each whole.
 */
export class DatasetRepository implements DatasetReader {
  readonly #wiring: DatasetRepositoryOptions;
  readonly #definitions = new Map<string, DatasetDefinition>();
  /** Where versions lie. */
  readonly stores: VersionStores;
  /** The commits and refs. */
  readonly graph: CommitGraph;

  constructor(options: DatasetRepositoryOptions) {
    this.#wiring = options;
    const { blobs, compression = "none" } = options;
    this.stores = { blobs, compression, manifests: new ManifestStore(options) };
    this.graph = new CommitGraph(options.metadata);
  }

  /**
   * Commits rows as a new version and moves the branch to it. The rows are not validated against the schema: that is the ingest's work.
   * Where another writer commits meanwhile, the rows are appended to what that one left, unless `parent` or `checks` were said of the former.
   *
   * Errors: `definition/conflict`, `data/schema-mismatch`, `data/ref-not-found` for an unknown branch, `data/head-moved` when other writers
   * committed meanwhile, `io/disk-full`.
   */
  async commit(
    definition: DatasetDefinition,
    tables: TableStream,
    options: CommitOptions = {},
  ): Promise<DatasetVersion> {
    return await commitRows(this, definition, tables, options);
  }

  /** Checks a definition against what its name stands for in the workspace, and remembers it in this process. Errors: `definition/conflict`. */
  async register(definition: DatasetDefinition): Promise<void> {
    const stored = await this.#sql()
      .selectFrom("data_definition")
      .selectAll()
      .where("name", "=", definition.name)
      .executeTakeFirst();
    const known = stored && { schemaDigest: stored.schema_digest, definition: stored.definition };
    requireSameDefinition(definition.name, definitionRecord(definition), definition.schemaDigest, known);
    this.#definitions.set(definition.name, definition);
  }

  /**
   * Stores a version's blobs; nothing points to it before {@link publish}. Chunks that the parent has, or without one the newest version,
   * are not stored again, unless `reuse` is false: then no blob is shared with another version.
   */
  async prepare(
    target: CommitTarget,
    tables: TableStream,
    { checks, ...options }: RowsToPrepare & { readonly checks: readonly CheckOutcome[] },
  ): Promise<StoredVersion> {
    const draft = await this.draft(target, options);
    for await (const table of tables) await draft.push(table);
    return await this.prepareDraft(await draft.finish(), checks);
  }

  /** Begins to store rows that come little by little, before it is known whether they are to become a version. */
  async draft(target: CommitTarget, options: RowsToPrepare): Promise<VersionDraft> {
    const epoch = await sweepEpoch(this.#wiring.metadata.sql);
    const parent =
      options.parent === undefined
        ? undefined
        : { digest: options.parent, manifest: await this.manifest(options.parent) };
    const like = parent === undefined && options.reuse !== false ? await this.#newest(target.name) : undefined;
    return new VersionDraft(this.stores, target, { ...options, parent, like, sweepEpoch: epoch });
  }

  /** Makes a draft a version, with the verdicts on its rows; nothing points to it before {@link publish}. */
  async prepareDraft(draft: StoredDraft, checks: readonly CheckOutcome[]): Promise<StoredVersion> {
    return { ...(await saveVersion(this.stores, draft, checks)), sweepEpoch: draft.sweepEpoch };
  }

  /** Moves branches to prepared versions, all or none, in one transaction with audit events, lineage edges and changes. */
  publish(versions: readonly VersionToPublish[], extras: PublishExtras = {}): Promise<Publication> {
    const records = versions.map((version) => {
      const definition = this.#definitions.get(version.prepared.manifest.dataset);
      return { ...version, ...(definition && { record: definitionRecord(definition) }) };
    });
    return publishVersions(this.#wiring, records, extras);
  }

  async head(dataset: string, options: { readonly branch?: string } = {}): Promise<DatasetVersion | undefined> {
    const digest = await this.headDigest(dataset, options.branch);
    if (digest === undefined) return undefined;
    const version = await this.version(digest);
    if (version.dataset !== dataset) throw foreignHead(dataset, `a version of dataset "${version.dataset}"`);
    return version;
  }

  /** The digest of a branch's newest version, or `undefined`. */
  async headDigest(dataset: string, branch?: string): Promise<Digest | undefined> {
    return (await this.tip(dataset, branch))?.version;
  }

  /** The newest commit of a branch; `undefined` where the dataset has none yet. Errors: `data/ref-not-found` for a branch other than main. */
  async tip(dataset: string, branch: string = mainBranch): Promise<PlacedCommit | undefined> {
    const tip = await this.graph.tip(dataset, headRef(branch));
    if (tip !== undefined || branch === mainBranch) return tip;
    throw branchNotFound(dataset, branch);
  }

  async version(digest: Digest): Promise<DatasetVersion> {
    return await readVersion(this.#wiring.metadata, this.stores.manifests, digest);
  }

  /** The newest version of a branch and those it was appended to, newest first. */
  async versions(dataset: string, options: { readonly branch?: string } = {}): Promise<readonly DatasetVersion[]> {
    const found: DatasetVersion[] = [];
    let next: Digest | null = (await this.headDigest(dataset, options.branch)) ?? null;
    while (next !== null) {
      const version: DatasetVersion = await this.version(next);
      found.push(version);
      next = version.parent;
    }
    return found;
  }

  definition(dataset: string): DatasetDefinition | undefined {
    return this.#definitions.get(dataset);
  }

  async *scan(digest: Digest, options: ReadRowsOptions = {}): AsyncIterable<Table> {
    yield* readRowsFrom(this.#wiring.blobs, digest, await this.manifest(digest), options);
  }

  /** The rows of some parts of a version as one table. */
  async readParts(
    manifest: Manifest,
    parts: readonly ManifestPart[],
    options: { readonly columns?: readonly string[]; readonly signal?: AbortSignal } = {},
  ): Promise<Table> {
    if (parts.length === 0) return emptyTable(manifest, options.columns);
    const tables: Table[] = [];
    const version = versionDigest(manifest, contentDigest(manifest.parts));
    const some = { ...manifest, parts, among: manifest.parts };
    for await (const table of readParts(this.#wiring.blobs, version, some, options)) tables.push(table);
    return concatTables(tables);
  }

  /** All rows of a version as one table. */
  async read(
    digest: Digest,
    options: { readonly columns?: readonly string[]; readonly signal?: AbortSignal } = {},
  ): Promise<Table> {
    const parts: Table[] = [];
    for await (const part of this.scan(digest, options)) parts.push(part);
    return parts.length > 0 ? concatTables(parts) : emptyTable(await this.manifest(digest), options.columns);
  }

  /**
   * What a version's columns hold: rows, nulls, extremes, mean, deviation, distinct values, quantiles. Asked for the first time, it reads the rows; it
   * keeps what it finds by pages of parts, so that after an append only the last page is read. Errors: `data/version-not-found`, `blob/corrupt`.
   */
  async profile(digest: Digest, options: { readonly signal?: AbortSignal } = {}): Promise<VersionProfile> {
    return versionProfile(this.#wiring, digest, await this.manifest(digest), options.signal);
  }

  async validation(digest: Digest): Promise<{ readonly validated: boolean; readonly reason: string }> {
    return await readValidation(this.#wiring.metadata, this.stores.manifests, digest);
  }

  /** What was measured of a dataset's ingested batches, oldest first; of the newest `limit` of them. */
  metrics(dataset: string, options: { readonly limit?: number } = {}): Promise<readonly BatchMetrics[]> {
    return readMetrics(this.#wiring.metadata, dataset, options.limit);
  }

  /** A version's manifest, verified. Errors: `data/version-not-found`, `blob/corrupt`. */
  async manifest(digest: Digest): Promise<Manifest> {
    await requireNotErased(this.#wiring.metadata, digest);
    return await this.stores.manifests.load(digest);
  }

  /** The version itself, or where rows were erased from it, the one that has its other rows. */
  standing(version: Digest): Promise<Digest> {
    return standingVersion(this.#wiring.metadata, version);
  }

  /** The digests of a version's parts whose bytes are not among the blobs. Errors: `data/version-not-found`, `blob/corrupt`. */
  async missingParts(digest: Digest): Promise<ReadonlySet<Digest>> {
    return await missingParts(this.#wiring.blobs, await this.manifest(digest));
  }

  /** Stores the blobs of a version that are missing anew, from the rows that it added. Where the parent's last rows are missing too, nothing is done. */
  async restoreParts(digest: Digest, target: CommitTarget, tables: TableStream): Promise<void> {
    const manifest = await this.manifest(digest);
    const parent =
      manifest.parent === null
        ? undefined
        : { digest: manifest.parent, manifest: await this.manifest(manifest.parent) };
    try {
      await restoreParts(this.#wiring.blobs, target, tables, manifest, parent);
    } catch (error) {
      if (!isSluiceError(error, "blob/not-found")) throw error;
    }
  }

  /** The newest version's manifest, to store no chunk of it again; `undefined` where it cannot be read, which must not keep rows from replacing it. */
  async #newest(dataset: string): Promise<Manifest | undefined> {
    try {
      const head = await this.headDigest(dataset);
      return head === undefined ? undefined : await this.manifest(head);
    } catch (error) {
      if (isSluiceError(error)) return undefined;
      throw error;
    }
  }

  #sql() {
    return this.#wiring.metadata.sql.withTables<DataTables>();
  }
}
