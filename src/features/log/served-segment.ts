import type { ServedVectors } from "../../contracts/served-vectors.ts";
import { isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { decodeSegment, encodeSegment } from "../../ledger/segments/segment-codec.ts";
import { bytesOf, doublesOf, textOf } from "../../ledger/segments/segment-columns.ts";

/** Packs served vectors. Errors: `argument/invalid` when a column's length does not fit the rows. */
export function encodeServed(served: ServedVectors): Uint8Array {
  const { service, rows, names, values, statuses, atMs, servedAtMs, inputs, predictionIds } = served;
  const columns = { values, statuses, atMs, servedAtMs, inputs, predictionIds };
  for (const [name, { length }] of Object.entries(columns)) {
    const expected = name === "values" || name === "statuses" ? rows * names.length : rows;
    if (length === expected) continue;
    throw new SluiceError("argument/invalid", {
      found: `${length} values in the column "${name}" of ${rows} served rows`,
      expected: `${expected}`,
      fix: "Give every column of served vectors as many values as it has rows.",
    });
  }
  const head = { kind: "served-vectors", service: service.name, hash: service.hash, rows, names };
  return encodeSegment({ head, columns });
}

/** Unpacks served vectors. Errors: `serving/log-corrupt`, `workspace/newer-version`. */
export function decodeServed(bytes: Uint8Array): ServedVectors {
  const segment = decodeSegment(bytes);
  const { kind, service, hash, rows, names } = segment.head;
  if (kind !== "served-vectors" || typeof hash !== "string" || !isDigest(hash)) {
    throw new SluiceError("serving/log-corrupt", {
      found: `a segment of kind ${JSON.stringify(kind)}`,
      expected: "served vectors of a service, by its digest",
      fix: "Restore the workspace's metadata from a backup.",
    });
  }
  return {
    service: { name: String(service), hash },
    rows: Number(rows),
    names: Array.isArray(names) ? names.map(String) : [],
    values: doublesOf(segment, "values"),
    statuses: bytesOf(segment, "statuses"),
    atMs: doublesOf(segment, "atMs"),
    servedAtMs: doublesOf(segment, "servedAtMs"),
    inputs: textOf(segment, "inputs"),
    predictionIds: textOf(segment, "predictionIds"),
  };
}

/** The rows of served vectors that a test holds for, in order. */
export function takeServed(served: ServedVectors, keep: (row: number) => boolean): ServedVectors {
  const kept = Int32Array.from(Array.from({ length: served.rows }, (_, row) => row).filter(keep));
  if (kept.length === served.rows) return served;
  const width = served.names.length;
  const values = new Float64Array(kept.length * width);
  const statuses = new Uint8Array(kept.length * width);
  kept.forEach((row, at) => {
    values.set(served.values.subarray(row * width, (row + 1) * width), at * width);
    statuses.set(served.statuses.subarray(row * width, (row + 1) * width), at * width);
  });
  const doubles = (from: Float64Array): Float64Array => Float64Array.from(kept, (row) => from[row] ?? Number.NaN);
  const texts = (from: readonly string[]): readonly string[] => Array.from(kept, (row) => from[row] ?? "");
  return {
    ...served,
    rows: kept.length,
    values,
    statuses,
    atMs: doubles(served.atMs),
    servedAtMs: doubles(served.servedAtMs),
    inputs: texts(served.inputs),
    predictionIds: texts(served.predictionIds),
  };
}
