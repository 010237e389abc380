import { columnsOf, requirePart } from "./feature-columns.ts";
import { libraryCode, type Perturbation } from "./perturbation.ts";
import { requirePerturbation } from "./require-perturbation.ts";

/**
 * Adds normal noise of `sigma` times each feature's own standard deviation. Errors: `definition/invalid`.
 *
 * @param sigma - At least 0: 0.1 is a tenth of the feature's spread.
 * @param options - `features`: which ones. @default all of the vector
 *
 * @example
 * ```ts
 * import { gaussianNoise } from "sluice/registry";
 * if (gaussianNoise(0.1).name !== "gaussianNoise(0.1)") throw new Error("another name");
 * ```
 */
export function gaussianNoise(sigma: number, options: { readonly features?: readonly string[] } = {}): Perturbation {
  requirePerturbation("gaussianNoise", options, { features: "optional" });
  requirePart("sigma", sigma, 0);
  const { features } = options;
  return {
    name: `gaussianNoise(${[sigma, ...(features ?? [])].join(", ")})`,
    code: libraryCode,
    perturb: (inputs) => {
      const { rows, values, random } = inputs;
      const width = inputs.features.length;
      for (const column of columnsOf(inputs, features)) {
        let mean = 0;
        for (let i = 0; i < rows; i++) mean += (values[i * width + column] as number) / rows;
        let squares = 0;
        for (let i = 0; i < rows; i++) squares += ((values[i * width + column] as number) - mean) ** 2;
        const spread = sigma * Math.sqrt(squares / rows);
        for (let i = 0; i < rows; i++) {
          const at = i * width + column;
          values[at] = (values[at] as number) + spread * random.normal();
        }
      }
    },
  };
}
