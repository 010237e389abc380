import type { Actor } from "../../contracts/starter.ts";
import type { TrainingSetRef } from "../../contracts/training-set.ts";
import type { RunParams } from "./run-record.ts";

/** What a run is started with. */
export interface RunOptions {
  /** Parameters by name. @default none */
  readonly params?: RunParams;
  /** The training set, which carries its own lineage. @default none */
  readonly data?: TrainingSetRef;
  /**
   * Begins only where every dataset version behind `data` is validated: the sources of its features, and its spine where that is a version
   * (of a table nothing is known). A run with `data` records the verdict either way, in its parameter `data.validated`, and what speaks
   * against the data in `data.objections`. @default false
   */
  readonly requireValidated?: boolean;
  /**
   * Who starts it, besides who runs the workspace (its option `actor`) and who started the pipeline it runs in. None of them may approve what comes
   * of it, whatever the registration says. @default nobody besides
   */
  readonly actor?: Actor;
  /** The root seed. @default a digest of experiment, parameters and training set, so that the same run gives the same numbers */
  readonly seed?: number | string;
  /** Given to the body; a body that throws after it was aborted leaves a `killed` run. */
  readonly signal?: AbortSignal;
}
