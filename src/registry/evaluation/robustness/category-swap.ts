import type { OptionNames } from "../../../core/known-options.ts";
import { columnsOf, requirePart } from "./feature-columns.ts";
import { libraryCode, type Perturbation } from "./perturbation.ts";
import { requirePerturbation } from "./require-perturbation.ts";

/** How {@link categorySwap} disturbs. */
export interface CategorySwapOptions {
  /** The features whose values are swapped: codes and flags, each by itself. */
  readonly features: readonly string[];
  /** The share of rows that take another row's value, in [0, 1]. @default 0.1 */
  readonly share?: number;
}

const optionNames: OptionNames<CategorySwapOptions> = { features: "required", share: "optional" };

/** Gives a share of rows the value of another row, feature by feature: codes that are mixed up, yet all known. Errors: `definition/invalid`. */
export function categorySwap(options: CategorySwapOptions): Perturbation {
  requirePerturbation("categorySwap", options, optionNames);
  const { features, share = 0.1 } = options;
  requirePart("share", share, 0, 1);
  return {
    name: `categorySwap(${[share, ...features].join(", ")})`,
    code: libraryCode,
    perturb: (inputs) => {
      const { rows, values, random } = inputs;
      const width = inputs.features.length;
      for (const column of columnsOf(inputs, features)) {
        const before = Float64Array.from({ length: rows }, (_, i) => values[i * width + column] as number);
        for (let i = 0; i < rows; i++)
          if (random.next() < share) values[i * width + column] = before[random.int(rows)] as number;
      }
    },
  };
}
