import type { FeatureInputRow, FeatureReader, FeatureVectors } from "../../contracts/feature-reader.ts";
import { featureStatus } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";

/** What a read of features takes. */
export interface FeatureRead {
  readonly features: FeatureReader;
  readonly service: ServiceDefinition;
  readonly inputs: readonly FeatureInputRow[];
  /** Each row's instant; `undefined` = now. */
  readonly atMs: Float64Array | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Vectors of the rows that could be read, and the error of each that could not. */
export interface FeaturesRead {
  /** One part a successful read; `rows` names the inputs' indices. */
  readonly parts: readonly { readonly rows: readonly number[]; readonly vectors: FeatureVectors }[];
  readonly errors: ReadonlyMap<number, unknown>;
}

/** Reads the features of many inputs in one call; when an input is refused, the halves are read apart, so that it fails alone. */
export async function readFeatures(read: FeatureRead): Promise<FeaturesRead> {
  const parts: { rows: readonly number[]; vectors: FeatureVectors }[] = [];
  const errors = new Map<number, unknown>();
  const attempt = async (from: number, to: number): Promise<void> => {
    try {
      parts.push({ rows: range(from, to), vectors: await readRange(read, from, to) });
    } catch (error) {
      read.signal?.throwIfAborted();
      if (to - from > 1 && isSluiceError(error, "features/invalid-input")) {
        const middle = (from + to) >> 1;
        await attempt(from, middle);
        await attempt(middle, to);
      } else for (const row of range(from, to)) errors.set(row, error);
    }
  };
  if (read.inputs.length > 0) await attempt(0, read.inputs.length);
  return { parts, errors };
}

async function readRange(read: FeatureRead, from: number, to: number): Promise<FeatureVectors> {
  const whole = from === 0 && to === read.inputs.length;
  const inputs = whole ? read.inputs : read.inputs.slice(from, to);
  const atMs = read.atMs === undefined ? {} : { atMs: read.atMs.subarray(from, to) };
  const signal = read.signal === undefined ? {} : { signal: read.signal };
  return await read.features.vectors(read.service, inputs, { ...atMs, ...signal });
}

/** Where the model's input features stand in a feature vector. Throws `features/unknown-feature`. */
export function vectorColumns(names: readonly string[], vector: readonly string[]): Int32Array {
  return Int32Array.from(vector, (name) => {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    throw new SluiceError("features/unknown-feature", {
      found: `vectors of ${names.join(", ")}`,
      expected: `the feature ${name}`,
      fix: "Name a numeric feature of the model's service.",
    });
  });
}

/** Copies the model's inputs of a row; an error naming the feature when one of them has no value. */
export function copyInputs(
  vectors: FeatureVectors,
  row: number,
  columns: Int32Array,
  into: Float64Array,
  at: number,
): SluiceError | undefined {
  const start = row * vectors.names.length;
  for (const [i, column] of columns.entries()) {
    const status = vectors.statuses[start + column];
    if (status !== featureStatus.present) return withoutValue(vectors.names[column] ?? "", status);
    into[at + i] = vectors.values[start + column] ?? Number.NaN;
  }
  return undefined;
}

function withoutValue(feature: string, status: number | undefined): SluiceError {
  const word = Object.entries(featureStatus).find(([, code]) => code === status)?.[0] ?? "of unknown status";
  return new SluiceError("serving/prediction-failed", {
    found: `the feature ${feature} ${word}`,
    expected: "a value for every input of the model",
    fix: "Give the feature a default by orElse() in an on-demand view, or materialize its view.",
  });
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
