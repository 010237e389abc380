import { type FeatureVectors, featureStatus } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { SluiceError } from "../../core/errors.ts";
import type { ComputedFeatures } from "./frame.ts";

/** Features as dense vectors. Cells without a value hold NaN. Errors: `features/invalid-input` for a text feature. */
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
    if (cells.kind === "text") {
      throw new SluiceError("features/invalid-input", {
        found: `the text feature "${service.features[f]?.name ?? ""}"`,
        expected: "numbers and booleans in a vector",
        fix: "Compare the text in an on-demand view (`eq`), and serve the boolean.",
      });
    }
    for (let row = 0; row < rows; row++) {
      values[row * width + f] = cells.values[row] ?? Number.NaN;
      statuses[row * width + f] = cells.statuses[row] ?? featureStatus.null;
    }
  });
  return { rows, names: service.features.map((feature) => feature.name), values, statuses, atMs };
}
