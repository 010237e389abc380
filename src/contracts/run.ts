import type { Starter } from "./starter.ts";
import type { TrainingSetRef } from "./training-set.ts";

/** A training run by what it was made from. */
export interface RunRef {
  readonly id: string;
  readonly experiment: string;
  /** Digest of the code that ran (git commit and diff, or the entry file); `asserted` when only named. */
  readonly codeDigest: string;
  readonly training: TrainingSetRef | null;
  /**
   * Who started it, and the pipeline it ran in: none of them may approve what came of it. Empty where the workspace knew nobody; left out in what
   * was recorded before this was asked.
   */
  readonly startedBy?: readonly Starter[];
}

/** Reads runs. Implemented by the training stage, used by the registry. */
export interface RunReader {
  /** A run by id. Errors: `training/run-not-found`. */
  run(id: string): Promise<RunRef>;
}
