import { type FeatureVectors, featureStatus } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { SluiceError } from "../../core/errors.ts";
import { cellNames } from "../../core/vector-cells.ts";
import type { Cells, NumbersCells } from "../kernel/cells.ts";
import type { ComputedFeatures } from "./frame.ts";

/** How many numbers each feature of a service takes in a dense vector. */
export function denseWidths(service: ServiceDefinition): readonly number[] {
  return service.features.map(({ name, type }) => cellNames(name, type).length);
}

/** A row-major matrix of features, and where in each row a feature begins. */
interface Place {
  readonly values: Float64Array;
  readonly statuses: Uint8Array;
  readonly width: number;
  readonly from: number;
}

/**
 * Features as dense vectors: numbers and booleans as one number each, vectors as all of theirs. Cells without a value hold NaN. Errors:
 * `features/invalid-input` for a feature of texts or of lists of any length, and for a 64-bit integer that a double does not hold.
 */
export function denseVectors(
  service: ServiceDefinition,
  features: ComputedFeatures,
  atMs: Float64Array,
): FeatureVectors {
  const widths = denseWidths(service);
  const width = widths.reduce((sum, own) => sum + own, 0);
  const rows = atMs.length;
  const values = new Float64Array(rows * width);
  const statuses = new Uint8Array(rows * width);
  let from = 0;
  features.forEach(({ cells }, f) => {
    const { name = "", type } = service.features[f] ?? {};
    const into = { values, statuses, width, from };
    if (cells.kind === "numbers" && type?.size !== undefined) layOutVectors(cells, type.size, into);
    else layOutNumbers(name, cells, into);
    from += widths[f] ?? 1;
  });
  return { rows, names: service.features.flatMap(({ name, type }) => cellNames(name, type)), values, statuses, atMs };
}

function layOutNumbers(feature: string, cells: Cells, { values, statuses, width, from }: Place): void {
  if (cells.kind !== "number" && cells.kind !== "integer") throw notDense(feature, cells.kind);
  for (let row = 0, at = from; at < values.length; row++, at += width) {
    const status = cells.statuses[row] ?? featureStatus.null;
    const value = cells.values[row] ?? Number.NaN;
    values[at] =
      typeof value === "number" ? value : status === featureStatus.present ? doubleOf(value, feature) : Number.NaN;
    statuses[at] = status;
  }
}

/** Of a vector that is not there, no number is. */
function layOutVectors(cells: NumbersCells, size: number, { values, statuses, width, from }: Place): void {
  for (let row = 0, at = from; at < values.length; row++, at += width) {
    const status = cells.statuses[row] ?? featureStatus.null;
    statuses.fill(status, at, at + size);
    if (status === featureStatus.present) values.set(cells.values[row] ?? [], at);
    else values.fill(Number.NaN, at, at + size);
  }
}

function notDense(feature: string, kind: "text" | "numbers" | "texts"): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `the ${kind === "text" ? "text" : "list"} feature "${feature}"`,
    expected: "numbers, booleans and vectors of a fixed size in a vector",
    fix:
      kind === "text"
        ? "Compare the text in an on-demand view (`eq`), and serve the boolean."
        : "Read lists by online(), leave them out of a model's features, or declare a fixed size where they have one: z.array(z.number()).length(n).",
  });
}

function doubleOf(value: bigint, feature: string): number {
  if (BigInt(Number(value)) === value) return Number(value);
  throw new SluiceError("features/invalid-input", {
    found: `${value} for the feature "${feature}"`,
    expected: "integers that a double holds exactly, as those up to 2^53 are",
    fix: "Leave identifiers out of a model's features, or serve them by online(), which gives them whole.",
  });
}
