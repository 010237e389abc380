import type { PredictionBatch, Role } from "../../contracts/prediction-log.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { isDigest, type Digest } from "../../core/digest.ts";
import { bytesOf, doublesOf, integersOf, textOf } from "../../ledger/segments/segment-columns.ts";
import { decodeSegment, encodeSegment, type Segment } from "../../ledger/segments/segment-codec.ts";

const roles: readonly Role[] = ["champion", "challenger", "shadow"];

/** Packs predictions. Errors: `argument/invalid` when a column's length does not fit the rows. */
export function encodePredictions(batch: PredictionBatch): Uint8Array {
  const { model, rows, certificates, featureNames, outputNames } = batch;
  const columns = {
    ids: batch.ids,
    timeMs: batch.timeMs,
    version: batch.version,
    role: Uint8Array.from(batch.role, (role) => roles.indexOf(role)),
    share: batch.share,
    bucket: batch.bucket,
    fellBack: batch.fellBack,
    features: batch.features,
    statuses: batch.statuses,
    atMs: batch.atMs,
    inputs: batch.inputs,
    outputs: batch.outputs,
  };
  const widths: { readonly [name: string]: number } = {
    features: featureNames.length,
    statuses: featureNames.length,
    outputs: outputNames.length,
  };
  for (const [name, column] of Object.entries(columns)) checkLength(name, column.length, rows * (widths[name] ?? 1));
  const head = { kind: "predictions", model, rows, certificates, featureNames, outputNames };
  return encodeSegment({ head, columns });
}

/** Unpacks predictions. Errors: `serving/log-corrupt`, `workspace/newer-version`. */
export function decodePredictions(bytes: Uint8Array): PredictionBatch {
  const segment = decodeSegment(bytes);
  return {
    model: String(segment.head["model"]),
    rows: Number(segment.head["rows"]),
    ids: textOf(segment, "ids"),
    timeMs: doublesOf(segment, "timeMs"),
    version: integersOf(segment, "version"),
    certificates: certificatesOf(segment),
    role: Array.from(bytesOf(segment, "role"), (role) => roles[role] ?? "champion"),
    share: doublesOf(segment, "share"),
    bucket: doublesOf(segment, "bucket"),
    fellBack: bytesOf(segment, "fellBack"),
    featureNames: namesOf(segment.head["featureNames"]),
    features: doublesOf(segment, "features"),
    statuses: bytesOf(segment, "statuses"),
    atMs: doublesOf(segment, "atMs"),
    inputs: textOf(segment, "inputs"),
    outputNames: namesOf(segment.head["outputNames"]),
    outputs: doublesOf(segment, "outputs"),
  };
}

/** The rows of a batch whose time lies in `[fromMs, toMs)`; the batch itself when all do. */
export function rowsBetween(batch: PredictionBatch, fromMs: number, toMs: number): PredictionBatch {
  const kept: number[] = [];
  for (const [i, time] of batch.timeMs.entries()) if (time >= fromMs && time < toMs) kept.push(i);
  return kept.length === batch.rows ? batch : takePredictions(batch, kept);
}

function takePredictions(batch: PredictionBatch, rows: readonly number[]): PredictionBatch {
  const doubles = (values: Float64Array, width: number = 1): Float64Array => {
    const out = new Float64Array(rows.length * width);
    for (const [i, row] of rows.entries()) out.set(values.subarray(row * width, (row + 1) * width), i * width);
    return out;
  };
  const bytes = (values: Uint8Array, width: number = 1): Uint8Array => {
    const out = new Uint8Array(rows.length * width);
    for (const [i, row] of rows.entries()) out.set(values.subarray(row * width, (row + 1) * width), i * width);
    return out;
  };
  return {
    ...batch,
    rows: rows.length,
    ids: rows.map((row) => batch.ids[row] ?? ""),
    timeMs: doubles(batch.timeMs),
    version: Int32Array.from(rows, (row) => batch.version[row] ?? 0),
    role: rows.map((row) => batch.role[row] ?? "champion"),
    share: doubles(batch.share),
    bucket: doubles(batch.bucket),
    fellBack: bytes(batch.fellBack),
    features: doubles(batch.features, batch.featureNames.length),
    statuses: bytes(batch.statuses, batch.featureNames.length),
    atMs: doubles(batch.atMs),
    inputs: rows.map((row) => batch.inputs[row] ?? ""),
    outputs: doubles(batch.outputs, batch.outputNames.length),
  };
}

function checkLength(name: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new SluiceError("argument/invalid", {
    found: `${found} values in ${name}`,
    expected: `${expected}`,
    fix: "Give every column of a prediction batch as many values as it has rows.",
  });
}

function namesOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function certificatesOf(segment: Segment): { readonly [version: number]: Digest } {
  const certificates: { [version: number]: Digest } = {};
  for (const [version, digest] of Object.entries(segment.head["certificates"] ?? {})) {
    if (typeof digest === "string" && isDigest(digest)) certificates[Number(version)] = digest;
  }
  return certificates;
}
