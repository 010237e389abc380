import type { CheckOutcome } from "../../contracts/check.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { jsonOf } from "../../core/json-of.ts";
import { storedRecord } from "../../core/stored-json.ts";

/** What a commit did to the branch it was made on. */
export type DatasetChange = "append" | "replace" | "merge" | "revert" | "files";

/** A step in a dataset's history: which version it led to, from which steps, by whom, when and why. */
export interface DatasetCommit {
  /** Digest of all the rest: the commit's name. */
  readonly id: Digest;
  readonly dataset: string;
  readonly version: Digest;
  /** The commits it was made from: none for the first, two for a merge, the branch's own first. */
  readonly parents: readonly Digest[];
  readonly author: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly message: string;
  readonly change: DatasetChange;
  /** The verdicts of the gate that let it pass; empty where none was asked. */
  readonly checks: readonly CheckOutcome[];
  /** The key of the batch that was ingested, or null. */
  readonly batch: Digest | null;
  /** The commit that a `revert` undid, or null. */
  readonly reverts: Digest | null;
  /** The host's own notes. */
  readonly meta: { readonly [key: string]: JsonValue };
}

/** A commit's canonical JSON and its name. */
export function encodeCommit(commit: Omit<DatasetCommit, "id">): { readonly id: Digest; readonly record: string } {
  const { dataset, version, parents, author, timeMs, message, change, checks, batch, reverts, meta } = commit;
  const record = canonicalJson({
    schema: 1,
    dataset,
    version,
    parents: [...parents],
    author,
    timeMs,
    message,
    change,
    checks: jsonOf(checks),
    batch,
    reverts,
    meta,
  });
  return { id: digestOf(record), record };
}

/** The commit in its stored text. Errors: `metadata/corrupt`. */
export function decodeCommit(id: Digest, record: string): DatasetCommit {
  const { schema: _schema, ...commit } = storedRecord<Omit<DatasetCommit, "id"> & { readonly schema: number }>(
    record,
    { table: "data_commit", row: id },
    "dataset",
    "parents",
  );
  return { id, ...commit };
}
