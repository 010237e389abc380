import type { Random } from "../../../core/random.ts";

/** The inputs that a perturbation disturbs. */
export interface PerturbedInputs {
  readonly rows: number;
  /** The features, in the order of the columns. */
  readonly features: readonly string[];
  /** `rows × features.length` doubles, row-major: a copy that may be written over. */
  readonly values: Float64Array;
  /** Seeded: the same rows are disturbed alike each time. */
  readonly random: Random;
}

/** A disturbance of a model's inputs: what a robust model should hardly notice. */
export interface Perturbation {
  /** As reports name it, with its parameters: `gaussianNoise(0.1)`. */
  readonly name: string;
  /** Names its code in reports. @default the digest of the source text of `perturb` */
  readonly code?: string;
  /** Writes the disturbed values over the given ones. */
  perturb(inputs: PerturbedInputs): void;
}

/** What the library's own perturbations name as their code. */
export const libraryCode: string = "sluice";
