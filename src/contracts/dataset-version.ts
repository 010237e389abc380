import type { Digest } from "../core/digest.ts";
import type { Table } from "../table/table.ts";
import type { CheckOutcome } from "./check.ts";
import type { DatasetDefinition } from "./dataset-definition.ts";

/** A version of a dataset, named by the digest of its manifest. */
export interface DatasetVersion {
  readonly dataset: string;
  /** Digest of the manifest: equal content has an equal version. */
  readonly digest: Digest;
  readonly schemaDigest: Digest;
  /** The version it was appended to, if any. */
  readonly parent: Digest | null;
  readonly rows: number;
  readonly createdAtMs: number;
  /** The verdicts of the checks that were run when it was committed; empty = not validated. */
  readonly checks: readonly CheckOutcome[];
}

/** Reads committed versions. Implemented by the data stage. */
export interface DatasetReader {
  /** The newest version of a dataset, or `undefined` if nothing was committed. */
  head(dataset: string): Promise<DatasetVersion | undefined>;
  /** A version by digest. Errors: `data/version-not-found`. */
  version(digest: Digest): Promise<DatasetVersion>;
  /** The definition that a name was committed with in this process, or `undefined`. */
  definition(dataset: string): DatasetDefinition | undefined;
  /** The rows, part by part, verified; from `fromRow` on, counted from 0: what is before is not read. */
  scan(
    digest: Digest,
    options?: { readonly columns?: readonly string[]; readonly fromRow?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<Table>;
  /** Whether a version's schema, null and distribution checks were declared and passed. */
  validation(digest: Digest): Promise<{ readonly validated: boolean; readonly reason: string }>;
}
