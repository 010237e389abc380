import type { BlobStore } from "../contracts/blob-store.ts";
import type { CheckOutcome } from "../contracts/check.ts";
import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { DatasetReader, DatasetVersion } from "../contracts/dataset-version.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { Clock } from "../core/clock.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import { concatTables } from "../table/concat-tables.ts";
import { decodePart } from "../table/decode-part.ts";
import type { Table } from "../table/table.ts";
import type { DataTables } from "./data-migrations.ts";
import { definitionRecord, requireSameDefinition } from "./definition-record.ts";
import { decodeManifest, type Manifest } from "./manifest.ts";
import { type PublishExtras, publishVersions, type VersionToPublish } from "./publish-versions.ts";
import { missingParts, restoreParts } from "./restore-parts.ts";
import { verifiedBlob } from "./verified-blob.ts";
import { judgeValidation } from "./version-validation.ts";
import { type CommitTarget, type PreparedVersion, prepareVersion } from "./version-writer.ts";

/** What a {@link DatasetRepository} is wired with. */
export interface DatasetRepositoryOptions {
  /** With the migrations of the ledger and of the data stage applied. */
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
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
  readonly #definitions = new Map<string, DatasetDefinition>();

  constructor(options: DatasetRepositoryOptions) {
    this.#metadata = options.metadata;
    this.#blobs = options.blobs;
    this.#ledger = options.ledger;
    this.#clock = options.clock;
  }

  /**
   * Commits rows as a new version and moves the head to it. The rows are not validated against the schema: that is the ingest's work.
   *
   * Errors: `definition/conflict`, `data/schema-mismatch`, `data/head-moved` when another writer committed meanwhile, `io/disk-full`.
   */
  async commit(
    definition: DatasetDefinition,
    tables: readonly Table[],
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

  /** Stores a version's blobs; nothing points to it before {@link publish}. */
  async prepare(
    target: CommitTarget,
    tables: readonly Table[],
    options: {
      readonly parent: Digest | undefined;
      readonly checks: readonly CheckOutcome[];
      readonly signal?: AbortSignal;
    },
  ): Promise<PreparedVersion> {
    const parent =
      options.parent === undefined
        ? undefined
        : { digest: options.parent, manifest: await this.manifest(options.parent) };
    return prepareVersion(this.#blobs, target, tables, { ...options, parent });
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
    if (row === undefined) throw versionNotFound(digest);
    const manifest = await this.manifest(digest);
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
    const manifest = await this.manifest(digest);
    for (const [i, part] of manifest.parts.entries()) {
      options.signal?.throwIfAborted();
      const place = `part ${i + 1} of ${manifest.parts.length} of dataset "${manifest.dataset}", version ${digest}`;
      yield decodePart(await verifiedBlob(this.#blobs, part.digest, place, howToHeal), options.columns);
    }
  }

  /** All rows of a version as one table. */
  async read(
    digest: Digest,
    options: { readonly columns?: readonly string[]; readonly signal?: AbortSignal } = {},
  ): Promise<Table> {
    const parts: Table[] = [];
    for await (const part of this.scan(digest, options)) parts.push(part);
    return concatTables(parts);
  }

  async validation(digest: Digest): Promise<{ readonly validated: boolean; readonly reason: string }> {
    const checks: (readonly CheckOutcome[])[] = [];
    for (let next: Digest | null = digest; next !== null; ) {
      const manifest: Manifest = await this.manifest(next);
      checks.push(manifest.checks);
      next = manifest.parent;
    }
    return judgeValidation(checks);
  }

  /** A version's manifest, verified. Errors: `data/version-not-found`, `blob/corrupt`. */
  async manifest(digest: Digest): Promise<Manifest> {
    if (!(await this.#blobs.has(digest))) throw versionNotFound(digest);
    return decodeManifest(await verifiedBlob(this.#blobs, digest, `the manifest of dataset version ${digest}`));
  }

  /** The digests of a version's parts whose bytes are not among the blobs. Errors: `data/version-not-found`, `blob/corrupt`. */
  async missingParts(digest: Digest): Promise<ReadonlySet<Digest>> {
    return await missingParts(this.#blobs, await this.manifest(digest));
  }

  /** Stores those parts of rows that are missing, as a commit of the rows would; answers how many. */
  restoreParts(target: CommitTarget, tables: readonly Table[], missing: ReadonlySet<Digest>): Promise<number> {
    return restoreParts(this.#blobs, target, tables, missing);
  }

  #sql() {
    return this.#metadata.sql.withTables<DataTables>();
  }
}

const howToHeal =
  "Ingest the source that these rows came from again: that writes missing parts anew. Or restore the blob from a backup.";

function versionNotFound(digest: Digest): SluiceError {
  return new SluiceError("data/version-not-found", {
    found: `no dataset version ${digest}`,
    expected: "the digest of a committed version",
    fix: "List the versions of the dataset, or restore the blobs from a copy.",
  });
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
