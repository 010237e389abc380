import type { DataSource } from "../../contracts/data-source.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { ReadBatch } from "./read-batch.ts";

/** Refuses an option that is none of the choices. Errors: `argument/invalid`. */
export function requireChoice(option: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new SluiceError("argument/invalid", {
    found: `${option} ${JSON.stringify(value)}`,
    expected: choices.map((choice) => JSON.stringify(choice)).join(" or "),
    fix: "Pass one of them, or leave the option out.",
  });
}

/** The bytes of rows that an ingest may hold. Errors: `argument/invalid`. */
export function memoryBytesOf({ memoryBytes = 67_108_864 }: { readonly memoryBytes?: number }): number {
  if (memoryBytes >= 0) return memoryBytes;
  throw new SluiceError("argument/invalid", {
    found: `memoryBytes ${memoryBytes}`,
    expected: "a number of bytes, 0 or more",
    fix: "Pass bytes, or leave the option out for 64 MiB.",
  });
}

/** The error for a source that another wrote while it was read. */
export function sourceChanged(source: DataSource): SluiceError {
  return new SluiceError("data/source-changed", {
    found: `other bytes in ${source.describe().uri} after reading it than before`,
    expected: "a source that stays as it is while it is read: its digest goes into the lineage",
    fix: "Ingest again when nothing writes to it; nothing was changed.",
  });
}

/** What names a batch: the bytes it comes from and the schema it was judged by. */
export function batchKey(definition: DatasetDefinition, source: Digest | undefined): Digest {
  return digestOfJson({ schema: definition.schemaDigest, source: source ?? null });
}

/** Why the rows keep a batch out, whatever the checks say. */
export function rowReasons(batch: ReadBatch, onFailure: "block" | "quarantine" | "warn"): readonly string[] {
  if (batch.rowsRead === 0) return ["the source has no rows"];
  if (batch.rowsAccepted === 0) return [`the schema refuses all ${batch.rowsRead} rows`];
  const refusedRows = batch.rowsRead - batch.rowsAccepted;
  return onFailure === "block" && refusedRows > 0
    ? [`the schema refuses ${refusedRows} of ${batch.rowsRead} rows`]
    : [];
}
