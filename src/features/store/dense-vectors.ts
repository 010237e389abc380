import { type FeatureVectors, featureStatus } from "../../contracts/feature-reader.ts";
import type { FeatureCell, ServiceDefinition } from "../../contracts/feature-service.ts";
import type { ColumnType } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import type { ComputedFeatures, FeatureColumn } from "./frame.ts";

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

/** One row's features as typed cells by name. */
export function cellsByName(
  service: ServiceDefinition,
  features: ComputedFeatures,
  row: number,
): { readonly [name: string]: FeatureCell<ColumnType> } {
  const cells: { [name: string]: FeatureCell<ColumnType> } = {};
  service.features.forEach((feature, f) => {
    const column = features[f];
    if (column !== undefined) cells[feature.name] = cellOf(feature.type, column, row);
  });
  return cells;
}

function cellOf(type: ColumnType, { cells, eventTimeMs }: FeatureColumn, row: number): FeatureCell<ColumnType> {
  const time = eventTimeMs[row] ?? Number.NaN;
  switch (cells.statuses[row]) {
    case featureStatus.present: {
      const value = cells.values[row] ?? Number.NaN;
      return { status: "present", value: type.tag === "bool" ? value === 1 : value, eventTimeMs: time };
    }
    case featureStatus.missing:
      return { status: "missing" };
    case featureStatus.expired:
      return { status: "expired" };
    default:
      return { status: "null", eventTimeMs: time };
  }
}
