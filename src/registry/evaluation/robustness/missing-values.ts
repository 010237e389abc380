import type { OptionNames } from "../../../core/known-options.ts";
import { columnsOf, requirePart } from "./feature-columns.ts";
import { libraryCode, type Perturbation } from "./perturbation.ts";
import { requirePerturbation } from "./require-perturbation.ts";

/** How {@link missingValues} disturbs. */
export interface MissingValuesOptions {
  /** The share of cells that go missing, in [0, 1]. */
  readonly share: number;
  /** What stands in for them: the feature's mean, NaN (for a model that takes it), or a number. @default "mean" */
  readonly fill?: "mean" | "nan" | number;
  /** Which features. @default all of the vector */
  readonly features?: readonly string[];
}

const optionNames: OptionNames<MissingValuesOptions> = { share: "required", fill: "optional", features: "optional" };

/** Takes the value away from a share of cells, and puts in what a caller would: their mean, say. Errors: `definition/invalid`. */
export function missingValues(options: MissingValuesOptions): Perturbation {
  requirePerturbation("missingValues", options, optionNames);
  const { share, fill = "mean", features } = options;
  requirePart("share", share, 0, 1);
  if (typeof fill === "number") requirePart("fill", fill, Number.NEGATIVE_INFINITY);
  return {
    name: `missingValues(${[share, fill, ...(features ?? [])].join(", ")})`,
    code: libraryCode,
    perturb: (inputs) => {
      const { rows, values, random } = inputs;
      const width = inputs.features.length;
      for (const column of columnsOf(inputs, features)) {
        let mean = 0;
        for (let i = 0; i < rows; i++) mean += (values[i * width + column] as number) / rows;
        const filled = fill === "mean" ? mean : fill === "nan" ? Number.NaN : fill;
        for (let i = 0; i < rows; i++) if (random.next() < share) values[i * width + column] = filled;
      }
    },
  };
}
