import type { CompiledQuery } from "kysely";
import { SluiceError } from "../../core/errors.ts";

const writingKinds: ReadonlySet<string> = new Set([
  "InsertQueryNode",
  "UpdateQueryNode",
  "DeleteQueryNode",
  "MergeQueryNode",
]);
const schemaKinds = /^(Create|Alter|Drop|Refresh)/;

/** Throws `metadata/read-only` for a statement built to write; the engine itself refuses what is written as raw SQL. */
export function refuseWriting(query: CompiledQuery): void {
  if (writingKinds.has(query.query.kind) || schemaKinds.test(query.query.kind)) throw readOnly();
}

/** The error of a write through the handle for reading. */
export function readOnly(cause?: unknown): SluiceError {
  return new SluiceError("metadata/read-only", {
    found: "a statement that writes, or a transaction, on the handle for reading",
    expected: "select statements on `sql`",
    fix: "Write inside `write((tx) => …)` with `tx.sql`.",
    cause,
  });
}
