import type { CellValue } from "../core/cell-type.ts";
import type { Table } from "../table/table.ts";

/** Rows of a dataset that are erased, why and by whom. */
export interface ServedErasure {
  /** The rows that were found, in tables of the dataset's columns. */
  readonly rows: readonly Table[];
  /** What they were found by: in every named column one of the values. */
  readonly where: { readonly [column: string]: CellValue | Date | readonly (CellValue | Date)[] };
  readonly reason: string;
  readonly actor: string;
}

/** An erasure of served values that has begun: from now on, nobody reads them. */
export interface BegunErasure {
  /** Ends it once the rows are gone: what was served meanwhile is erased too. Answers with how many served rows were. */
  finish(): Promise<number>;
}

/** What was served of entities, and is on record. Implemented by the features stage, used by the data stage. */
export interface ServedRecords {
  /** Begins to erase what was served of the entities that rows are about, before the rows themselves are: an erasure that dies is found again. */
  begin(dataset: string, erasure: ServedErasure): Promise<BegunErasure>;
}
