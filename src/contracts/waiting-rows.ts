import type { Table } from "../table/table.ts";

/** What is to be erased, why and by whom. */
export interface WaitingErasure {
  /** The rows of a table that are meant, by index. */
  match(table: Table): ReadonlySet<number>;
  readonly reason: string;
  readonly actor: string;
}

/** Rows of datasets that are durable, but in no version yet. Implemented by the features stage, used by the data stage. */
export interface WaitingRows {
  /** Erases rows for good, in one step with the audit event; answers with how many were in no version. */
  erase(dataset: string, erasure: WaitingErasure): Promise<number>;
}
