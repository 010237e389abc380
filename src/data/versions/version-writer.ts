import type { BlobStore } from "../../contracts/blob-store.ts";
import type { CheckOutcome } from "../../contracts/check.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Table } from "../../table/table.ts";
import { type Manifest, type ManifestPart, manifestFormat } from "../parts/manifest.ts";
import type { CutTarget, TableStream } from "../parts/cut-tables.ts";
import { KnownChunks } from "../parts/known-chunks.ts";
import type { ManifestStore } from "../parts/manifest-store.ts";
import type { Compression } from "../parts/pack-writer.ts";
import { PartWriter } from "../parts/part-writer.ts";
import { readParts } from "../parts/read-parts.ts";

/** What rows are committed to: a dataset's name, columns and schema. */
export interface CommitTarget extends CutTarget {
  readonly schemaDigest: Digest;
}

/** A version whose blobs are stored, but which nothing points to yet. */
export interface PreparedVersion {
  readonly digest: Digest;
  readonly manifest: Manifest;
}

/** Where versions are stored, and how. */
export interface VersionStores {
  readonly blobs: BlobStore;
  readonly manifests: ManifestStore;
  readonly compression: Compression;
}

/** What the rows of a draft follow on, and what need not be stored again. */
export interface DraftOptions {
  /** The version that the rows are appended to; its parts but the last are kept as they are. */
  readonly parent: PreparedVersion | undefined;
  /** Another version whose chunks need not be stored again. */
  readonly like?: Manifest | undefined;
  /** Further parts whose chunks need not be stored again. */
  readonly stored?: readonly ManifestPart[];
  /** The state of garbage collection when the draft began. */
  readonly sweepEpoch: number;
  readonly signal?: AbortSignal;
}

/** Rows whose parts are stored, but which are no version yet: its checks may not have been run. */
export interface StoredDraft {
  readonly target: CommitTarget;
  readonly parent: PreparedVersion | undefined;
  readonly like: Manifest | undefined;
  /** The parts that take the place of the parent's last one. */
  readonly parts: readonly ManifestPart[];
  /** How many of their rows are the parent's. */
  readonly parentRows: number;
  readonly sweepEpoch: number;
}

/** Stores rows as they come, as parts of a version to be. Memory: some parts and packs. */
export class VersionDraft {
  readonly #stores: VersionStores;
  readonly #target: CommitTarget;
  readonly #options: DraftOptions;
  #writer: PartWriter | undefined;

  /** Errors: `data/schema-mismatch` for a parent of another dataset or schema. */
  constructor(stores: VersionStores, target: CommitTarget, options: DraftOptions) {
    requireSameDataset(target, options.parent?.manifest);
    this.#stores = stores;
    this.#target = target;
    this.#options = options;
  }

  /** Takes the next rows. Errors: as `PartWriter.push`. */
  async push(table: Table): Promise<void> {
    await (await this.#started()).push(table);
  }

  /** Stores what is left; when it returns, all parts are durable. */
  async finish(): Promise<StoredDraft> {
    const { parent, like, sweepEpoch } = this.#options;
    const parts = await (await this.#started()).finish();
    const parentRows = parent?.manifest.parts.at(-1)?.rows ?? 0;
    return { target: this.#target, parent, like, parts, parentRows, sweepEpoch };
  }

  /** The writer, which was given the parent's last rows: new ones may still belong to their part. */
  async #started(): Promise<PartWriter> {
    if (this.#writer !== undefined) return this.#writer;
    const { parent, like, stored = [], signal } = this.#options;
    const manifests = [like, parent?.manifest].filter((manifest) => manifest !== undefined);
    const writer = new PartWriter(this.#stores, this.#target, {
      known: new KnownChunks(this.#stores.blobs, manifests, stored),
      ...(signal && { signal }),
    });
    this.#writer = writer;
    for await (const table of lastRows(this.#stores.blobs, parent)) await writer.push(table);
    return writer;
  }
}

/** Stores a draft's manifest with the verdicts on it; when it returns, the version can be read and published. */
export async function saveVersion(
  { manifests }: VersionStores,
  { target, parent, like, parts: added }: StoredDraft,
  checks: readonly CheckOutcome[],
): Promise<PreparedVersion> {
  const parts = [...(parent?.manifest.parts.slice(0, -1) ?? []), ...added];
  return await manifests.save(
    {
      format: manifestFormat,
      dataset: target.name,
      schemaDigest: target.schemaDigest,
      columns: Object.entries(target.columns).map(([name, { tag, nullable }]) => ({ name, tag, nullable })),
      parent: parent?.digest ?? null,
      rows: parts.reduce((sum, part) => sum + part.rows, 0),
      parts,
      checks,
    },
    parent?.manifest ?? like,
  );
}

/** The rows of the parent's last part, which new rows may still belong to, and then the new ones. */
export async function* appended(
  blobs: BlobStore,
  parent: PreparedVersion | undefined,
  tables: TableStream,
): AsyncGenerator<Table> {
  yield* lastRows(blobs, parent);
  yield* tables;
}

async function* lastRows(blobs: BlobStore, parent: PreparedVersion | undefined): AsyncGenerator<Table> {
  if (parent === undefined) return;
  const { digest, manifest } = parent;
  yield* readParts(blobs, digest, manifest, { from: Math.max(0, manifest.parts.length - 1) });
}

/** Rows are appended to rows of the same dataset and schema only. */
function requireSameDataset(target: CommitTarget, parent: Manifest | undefined): void {
  if (parent === undefined) return;
  if (parent.dataset === target.name && parent.schemaDigest === target.schemaDigest) return;
  throw new SluiceError("data/schema-mismatch", {
    found: `a parent of dataset "${parent.dataset}" with the schema ${parent.schemaDigest}`,
    expected: `one of dataset "${target.name}" with the schema ${target.schemaDigest}`,
    fix: "Append to a version of the same dataset, or start anew with parent null.",
  });
}
