import type { ColumnTypes } from "../core/cell-type.ts";
import type { Digest } from "../core/digest.ts";
import type { Table } from "../table/table.ts";
import type { RowFault } from "./row-fault.ts";

/** Some rows of a source. */
export interface SourceBatch {
  /** The rows, cells typed as the source has them; a cell that could not be read is absent. */
  readonly table: Table;
  /** Rows of this batch (by index in `table`) that could not be read as declared. */
  readonly faults: readonly RowFault[];
  /** The names of all columns of the source, wanted or not, in its order. @default the columns of `table` */
  readonly sourceColumns?: readonly string[];
  /** Bytes of the source that were read so far, where it knows them; for progress. */
  readonly bytesRead?: number;
}

/** Where rows come from: a file, a query, a table in memory. */
export interface DataSource {
  /** What it is, for lineage and messages: an address without credentials, and a kind (`csv`, `parquet`, `sql`, `arrow`, `table`, `rows`). */
  describe(): { readonly uri: string; readonly kind: string };
  /** `exact`: null and absent are told apart; `single`: the source knows one null, which stands for whichever of the two the schema accepts. */
  readonly nulls: "exact" | "single";
  /**
   * Reads the rows from the first on, each time it is called. `columns` are the wanted ones; others may be left out of the tables.
   * Errors: `data/malformed-source`, `data/missing-column`, `io/failed`, `optional-dependency/missing`.
   */
  batches(columns: ColumnTypes, options?: { readonly signal?: AbortSignal }): AsyncIterable<SourceBatch>;
  /** Digest of the bytes that the rows come from, or `undefined` where there are none to digest; then the rows themselves are digested. */
  digest(options?: { readonly signal?: AbortSignal }): Promise<Digest | undefined>;
}
