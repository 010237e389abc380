import { type FeatureVectors, featureStatus } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { SluiceError } from "../../core/errors.ts";
import type { ComputedFeatures } from "./frame.ts";

/**
 * Features as dense vectors. Cells without a value hold NaN. Errors: `features/invalid-input` for a text feature, and for a 64-bit integer that
 * a double does not hold.
 */
export function denseVectors(
  service: ServiceDefinition,
  features: ComputedFeatures,
  atMs: Float64Array,
): FeatureVectors {
  const width = features.length;
  const rows = atMs.length;
  const values = new Float64Array(rows * width);
  const statuses = new Uint8Array(rows * width);
  features.forEach(({ cells }, f) => {
    const feature = service.features[f]?.name ?? "";
    if (cells.kind !== "number" && cells.kind !== "integer") throw notDense(feature, cells.kind);
    for (let row = 0; row < rows; row++) {
      const status = cells.statuses[row] ?? featureStatus.null;
      const value = cells.values[row] ?? Number.NaN;
      values[row * width + f] =
        typeof value === "number" ? value : status === featureStatus.present ? doubleOf(value, feature) : Number.NaN;
      statuses[row * width + f] = status;
    }
  });
  return { rows, names: service.features.map((feature) => feature.name), values, statuses, atMs };
}

function notDense(feature: string, kind: "text" | "numbers" | "texts"): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `the ${kind === "text" ? "text" : "list"} feature "${feature}"`,
    expected: "numbers and booleans in a vector",
    fix:
      kind === "text"
        ? "Compare the text in an on-demand view (`eq`), and serve the boolean."
        : "Read lists by online(), or leave them out of a model's features.",
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
