import type { BlobStore } from "../contracts/blob-store.ts";
import type { CheckOutcome } from "../contracts/check.ts";
import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { DatasetReader, DatasetVersion } from "../contracts/dataset-version.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { Clock } from "../core/clock.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { isSluiceError, SluiceError } from "../core/errors.ts";
import { concatTables } from "../table/concat-tables.ts";
import type { Table } from "../table/table.ts";
import type { DataTables } from "./data-migrations.ts";
import { definitionRecord, requireSameDefinition } from "./definition-record.ts";
import type { Manifest, ManifestHeader } from "./manifest.ts";
import type { TableStream } from "./parts/cut-tables.ts";
import { ManifestStore, versionNotFound } from "./parts/manifest-store.ts";
import type { Compression } from "./parts/pack-writer.ts";
import { emptyTable, readParts } from "./parts/read-parts.ts";
import { type VersionProfile, versionProfile } from "./profile/version-profile.ts";
import { type PublishExtras, publishVersions, type VersionToPublish } from "./publish-versions.ts";
import { missingParts, restoreParts } from "./restore-parts.ts";
import { judgeValidation } from "./version-validation.ts";
import { type CommitTarget, type PreparedVersion, prepareVersion } from "./version-writer.ts";

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

/** How rows are committed. */
export interface CommitOptions {
  /** The version to append to; `null` starts anew. @default the newest version */
  readonly parent?: Digest | null;
  /** The verdicts of checks that were run on these rows. @default none: the version counts as not validated */
  readonly checks?: readonly CheckOutcome[];
  /** Where the rows come from, for lineage. */
  readonly source?: { readonly uri: string; readonly digest: Digest };
  /** Who commits. @default "system" */
  readonly actor?: string;
  readonly signal?: AbortSignal;
}

/**
 * Versions of datasets: immutable parts and manifests as blobs, a head per dataset that moves in one transaction. Blobs are durable before
 * the head moves, so a process that dies leaves the old head or the new one, each whole.
 */
export class DatasetRepository implements DatasetReader {
  readonly #metadata: MetadataStore;
  readonly #blobs: BlobStore;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #manifests: ManifestStore;
  readonly #compression: Compression;
  readonly #definitions = new Map<string, DatasetDefinition>();

  constructor(options: DatasetRepositoryOptions) {
    this.#metadata = options.metadata;
    this.#blobs = options.blobs;
    this.#ledger = options.ledger;
    this.#clock = options.clock;
    this.#manifests = new ManifestStore(options);
    this.#compression = options.compression ?? "none";
  }

  /**
   * Commits rows as a new version and moves the head to it. The rows are not validated against the schema: that is the ingest's work.
   *
   * Errors: `definition/conflict`, `data/schema-mismatch`, `data/head-moved` when another writer committed meanwhile, `io/disk-full`.
   */
  async commit(
    definition: DatasetDefinition,
    tables: TableStream,
    options: CommitOptions = {},
  ): Promise<DatasetVersion> {
    await this.register(definition);
    const head = await this.headDigest(definition.name);
    const parent = options.parent === undefined ? head : (options.parent ?? undefined);
    const { source, actor, signal } = options;
    const prepared = await this.prepare(definition, tables, {
      parent,
      checks: options.checks ?? [],
      ...(signal && { signal }),
    });
    const moved = await this.publish(
      [{ prepared, expectedHead: head, ...(source && { source }) }],
      actor === undefined ? {} : { actor },
    );
    if (moved !== "published") throw headMoved(definition.name);
    return this.version(prepared.digest);
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
    options: {
      readonly parent: Digest | undefined;
      readonly checks: readonly CheckOutcome[];
      /** @default true */
      readonly reuse?: boolean;
      readonly signal?: AbortSignal;
    },
  ): Promise<PreparedVersion> {
    const parent =
      options.parent === undefined
        ? undefined
        : { digest: options.parent, manifest: await this.manifest(options.parent) };
    const like = parent === undefined && options.reuse !== false ? await this.#newest(target.name) : undefined;
    const stores = { blobs: this.#blobs, manifests: this.#manifests };
    return prepareVersion(stores, target, tables, { ...options, parent, like, compression: this.#compression });
  }

  /** Moves the heads to prepared versions, all or none, in one transaction with audit events, lineage edges and changes. */
  publish(versions: readonly VersionToPublish[], extras: PublishExtras = {}): Promise<"published" | "head-moved"> {
    const records = versions.map((version) => {
      const definition = this.#definitions.get(version.prepared.manifest.dataset);
      return { ...version, ...(definition && { record: definitionRecord(definition) }) };
    });
    return publishVersions({ metadata: this.#metadata, ledger: this.#ledger, clock: this.#clock }, records, extras);
  }

  async head(dataset: string): Promise<DatasetVersion | undefined> {
    const digest = await this.headDigest(dataset);
    if (digest === undefined) return undefined;
    const version = await this.version(digest);
    if (version.dataset !== dataset) throw foreignHead(dataset, `a version of dataset "${version.dataset}"`);
    return version;
  }

  /** The digest of the newest version, or `undefined`. */
  async headDigest(dataset: string): Promise<Digest | undefined> {
    const row = await this.#sql()
      .selectFrom("data_head")
      .select("digest")
      .where("dataset", "=", dataset)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (!isDigest(row.digest)) throw foreignHead(dataset, JSON.stringify(row.digest));
    return row.digest;
  }

  async version(digest: Digest): Promise<DatasetVersion> {
    const row = await this.#sql()
      .selectFrom("data_version")
      .selectAll()
      .where("digest", "=", digest)
      .executeTakeFirst();
    if (row === undefined) throw versionNotFound(digest, "no dataset version");
    const manifest = await this.#manifests.header(digest);
    return {
      dataset: manifest.dataset,
      digest,
      schemaDigest: manifest.schemaDigest,
      parent: manifest.parent,
      rows: manifest.rows,
      createdAtMs: row.created_at_ms,
      checks: manifest.checks,
    };
  }

  /** The newest version and those it was appended to, newest first. */
  async versions(dataset: string): Promise<readonly DatasetVersion[]> {
    const found: DatasetVersion[] = [];
    let next: Digest | null = (await this.headDigest(dataset)) ?? null;
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

  async *scan(
    digest: Digest,
    options: { readonly columns?: readonly string[]; readonly signal?: AbortSignal } = {},
  ): AsyncIterable<Table> {
    yield* readParts(this.#blobs, digest, await this.manifest(digest), options);
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
    const stores = { metadata: this.#metadata, blobs: this.#blobs };
    return versionProfile(stores, digest, await this.manifest(digest), options.signal);
  }

  async validation(digest: Digest): Promise<{ readonly validated: boolean; readonly reason: string }> {
    const checks: (readonly CheckOutcome[])[] = [];
    for (let next: Digest | null = digest; next !== null; ) {
      const manifest: ManifestHeader = await this.#manifests.header(next);
      checks.push(manifest.checks);
      next = manifest.parent;
    }
    return judgeValidation(checks);
  }

  /** A version's manifest, verified. Errors: `data/version-not-found`, `blob/corrupt`. */
  manifest(digest: Digest): Promise<Manifest> {
    return this.#manifests.load(digest);
  }

  /** The digests of a version's parts whose bytes are not among the blobs. Errors: `data/version-not-found`, `blob/corrupt`. */
  async missingParts(digest: Digest): Promise<ReadonlySet<Digest>> {
    return await missingParts(this.#blobs, await this.manifest(digest));
  }

  /** Stores the blobs of a version that are missing anew, from the rows that it added. Where the parent's last rows are missing too, nothing is done. */
  async restoreParts(digest: Digest, target: CommitTarget, tables: TableStream): Promise<void> {
    const manifest = await this.manifest(digest);
    const parent =
      manifest.parent === null
        ? undefined
        : { digest: manifest.parent, manifest: await this.manifest(manifest.parent) };
    try {
      await restoreParts(this.#blobs, target, tables, manifest, parent);
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
    return this.#metadata.sql.withTables<DataTables>();
  }
}

function foreignHead(dataset: string, found: string): SluiceError {
  return new SluiceError("data/version-not-found", {
    found: `${found} as the newest version of dataset "${dataset}"`,
    expected: "a version of that dataset",
    fix: "The metadata was edited: compare with the audit events of the dataset, or restore a backup.",
  });
}

function headMoved(dataset: string): SluiceError {
  return new SluiceError("data/head-moved", {
    found: `dataset "${dataset}" with another newest version than when the commit began`,
    expected: "no other commit meanwhile",
    fix: "Commit again; nothing was changed.",
  });
}
