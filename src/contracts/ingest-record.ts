import type { CellTag } from "../core/cell-type.ts";
import type { Digest } from "../core/digest.ts";
import type { CheckOutcome } from "./check.ts";

/** A column of an ingested dataset. */
export interface IngestedColumn {
  readonly name: string;
  readonly tag: CellTag;
  readonly nullable: boolean;
  /** The source had a column of this name. */
  readonly inSource: boolean;
  /** Cells without a value among the accepted rows. */
  readonly missing: number;
}

/** A version that an ingest made. */
export interface IngestedVersion {
  readonly dataset: string;
  readonly version: Digest;
  readonly parent: Digest | null;
  /** The rows that it added. */
  readonly rows: number;
}

/** What an ingest did, as the change `ingest.ended` tells it: written in the transaction that commits or blocks the batch. */
export interface IngestRecord {
  readonly schema: 1;
  readonly dataset: string;
  readonly outcome: "committed" | "blocked";
  /** Why it was blocked; empty if it was not. */
  readonly reasons: readonly string[];
  readonly startedAtMs: number;
  readonly source: { readonly uri: string; readonly kind: string; readonly digest: Digest };
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly columns: readonly IngestedColumn[];
  readonly checks: readonly CheckOutcome[];
  /** The dataset's new version, then that of its quarantine, if rows went there. */
  readonly versions: readonly IngestedVersion[];
}
