import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import { nextTurn } from "../../core/platform.ts";
import { encodeColumn } from "../../table/encode-column.ts";
import type { Table } from "../../table/table.ts";
import { type ManifestPart, partDigest } from "./manifest.ts";
import { type CutTarget, TableCutter, type TableStream } from "./cut-tables.ts";
import type { KnownChunks } from "./known-chunks.ts";
import { type Compression, PackWriter } from "./pack-writer.ts";
import { requireCodec } from "./require-codec.ts";

/** Where parts are stored, and how. */
export interface PartStores {
  readonly blobs: BlobStore;
  readonly compression: Compression;
}

/** What a {@link PartWriter} need not do, and when it stops. */
export interface PartWriterOptions {
  /** Chunks that are stored already. @default none */
  readonly known?: KnownChunks;
  /** Whether the tables are parts already, which are not cut again. @default false */
  readonly areParts?: boolean;
  readonly signal?: AbortSignal;
}

/** Cuts rows into parts and stores, as they come, those chunks that are not known. Memory: a part and some packs of 16 MiB. */
export class PartWriter {
  readonly #stores: PartStores;
  readonly #cutter: TableCutter;
  readonly #packs: PackWriter;
  readonly #areParts: boolean;
  readonly #signal: AbortSignal | undefined;
  readonly #parts: { readonly rows: number; readonly chunks: readonly Digest[] }[] = [];

  constructor(stores: PartStores, target: CutTarget, { known, areParts = false, signal }: PartWriterOptions = {}) {
    this.#stores = stores;
    this.#cutter = new TableCutter(target);
    this.#packs = new PackWriter(stores.blobs, known, stores.compression);
    this.#areParts = areParts;
    this.#signal = signal;
  }

  /** Takes the next rows. Errors: `data/missing-column`, `data/schema-mismatch`, and what the store's `put` throws; the signal's reason. */
  async push(table: Table): Promise<void> {
    for (const part of this.#areParts ? [table] : this.#cutter.push(table)) await this.#store(part);
  }

  /** Stores what is left; when it returns, all parts are durable. */
  async finish(): Promise<readonly ManifestPart[]> {
    const last = this.#cutter.finish();
    if (last !== undefined) await this.#store(last);
    await this.#packs.finish();
    return this.#parts.map(({ rows, chunks }) => {
      const columns = chunks.map((digest) => this.#packs.placeOf(digest));
      return { digest: partDigest(rows, columns), rows, columns };
    });
  }

  async #store(part: Table): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#parts.length === 0) await requireCodec(this.#stores.compression);
    const chunks: Digest[] = [];
    for (const [name, column] of Object.entries(part.columns))
      chunks.push(await this.#packs.add(chunks.length, encodeColumn(name, column)));
    this.#parts.push({ rows: part.rowCount, chunks });
    // Lets packs that are on their way to the disk move on.
    await nextTurn();
  }
}

/** Cuts rows into parts and stores those chunks that are not `known`; when it returns, they are durable. */
export async function storeParts(
  stores: PartStores,
  target: CutTarget,
  tables: TableStream,
  options?: PartWriterOptions,
): Promise<readonly ManifestPart[]> {
  const writer = new PartWriter(stores, target, options);
  for await (const table of tables) await writer.push(table);
  return await writer.finish();
}
