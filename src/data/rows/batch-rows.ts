import type { CheckOutcome, SampleRow } from "../../contracts/check.ts";
import type { Digest } from "../../core/digest.ts";
import type { Table } from "../../table/table.ts";
import { tableBytes } from "../../table/table-bytes.ts";
import type { DatasetRepository, RowsToPrepare } from "../dataset-repository.ts";
import type { StoredVersion } from "../versions/publish-versions.ts";
import { readDraft } from "./read-draft.ts";
import { RowsInMemory, rowsAmong, type StoredRows } from "./stored-rows.ts";
import type { CommitTarget, StoredDraft, VersionDraft } from "../versions/version-writer.ts";

/** What {@link BatchRows} is for, and how much of memory it may take. */
export interface BatchRowsOptions {
  readonly repository: DatasetRepository;
  /** What the rows are to be committed to. */
  readonly target: CommitTarget;
  /** The version that they will most likely be appended to, asked once they do not fit in memory. */
  readonly parent: () => Promise<Digest | undefined>;
  /** From here on rows are stored among the blobs, as parts of a draft. */
  readonly memoryBytes: number;
  readonly signal?: AbortSignal;
}

/** Rows of a batch, to be read again and then, perhaps, committed: in memory while they are few, else as parts of a version to be. */
export class BatchRows implements StoredRows {
  readonly #options: BatchRowsOptions;
  #tables: Table[] = [];
  #bytes = 0;
  #rowCount = 0;
  #writing: VersionDraft | undefined;
  #draft: StoredDraft | undefined;

  constructor(options: BatchRowsOptions) {
    this.#options = options;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Whether the rows are among the blobs, where nothing but their age keeps them from a garbage collection. */
  get stored(): boolean {
    return this.#writing !== undefined;
  }

  /** Takes the next rows. */
  async push(table: Table): Promise<void> {
    if (table.rowCount === 0) return;
    this.#rowCount += table.rowCount;
    if (this.#writing !== undefined) {
      await this.#writing.push(table);
      return;
    }
    this.#tables.push(table);
    this.#bytes += tableBytes(table);
    if (this.#bytes > this.#options.memoryBytes) await this.#store();
  }

  /** To be called after the last rows, before any are read. */
  async finish(): Promise<void> {
    this.#draft = await this.#writing?.finish();
  }

  async *tables(columns?: readonly string[]): AsyncIterable<Table> {
    const { repository, signal } = this.#options;
    if (this.#draft === undefined) yield* new RowsInMemory(this.#tables).tables(columns);
    else
      yield* readDraft(repository.stores.blobs, this.#draft, {
        ...(columns && { columns }),
        ...(signal && { signal }),
      });
  }

  async rowsAt(rows: readonly number[]): Promise<readonly SampleRow[]> {
    return await rowsAmong(this.tables(), rows);
  }

  /** Stores a version of the rows, appended to another; those that are stored already are not read again where they were stored for that. */
  async prepare(parent: Digest | undefined, checks: readonly CheckOutcome[]): Promise<StoredVersion> {
    const { repository, target, signal } = this.#options;
    const draft = this.#draft;
    if (draft !== undefined && draft.parent?.digest === parent) return await repository.prepareDraft(draft, checks);
    const options: RowsToPrepare = {
      parent,
      ...(draft && { stored: draft.parts }),
      ...(signal && { signal }),
    };
    return await repository.prepare(target, draft === undefined ? this.#tables : this.tables(), { ...options, checks });
  }

  async #store(): Promise<void> {
    const { repository, target, signal } = this.#options;
    const parent = await this.#options.parent();
    const writing = await repository.draft(target, { parent, ...(signal && { signal }) });
    this.#writing = writing;
    const tables = this.#tables;
    this.#tables = [];
    for (const table of tables) await writing.push(table);
  }
}
