import type { OptionNames } from "../../../core/known-options.ts";
import { columnsOf, requirePart } from "./feature-columns.ts";
import { libraryCode, type Perturbation } from "./perturbation.ts";
import { requirePerturbation } from "./require-perturbation.ts";

/** How {@link unitScale} disturbs. */
export interface UnitScaleOptions {
  /** What a value is multiplied by, as 1000 where metres arrive for kilometres. */
  readonly factor: number;
  /** The features in another unit. */
  readonly features: readonly string[];
  /** The share of rows that arrive so, in [0, 1]. @default 1 */
  readonly share?: number;
}

const optionNames: OptionNames<UnitScaleOptions> = { factor: "required", features: "required", share: "optional" };

/** Lets features arrive in another unit: metres for kilometres, cents for dollars. Errors: `definition/invalid`. */
export function unitScale(options: UnitScaleOptions): Perturbation {
  requirePerturbation("unitScale", options, optionNames);
  const { factor, features, share = 1 } = options;
  requirePart("factor", factor, Number.NEGATIVE_INFINITY);
  requirePart("share", share, 0, 1);
  return {
    name: `unitScale(${[factor, share, ...features].join(", ")})`,
    code: libraryCode,
    perturb: (inputs) => {
      const { rows, values, random } = inputs;
      const width = inputs.features.length;
      const columns = columnsOf(inputs, features);
      for (let i = 0; i < rows; i++) {
        if (random.next() >= share) continue;
        for (const column of columns) values[i * width + column] = (values[i * width + column] as number) * factor;
      }
    },
  };
}
