import type { JsonValue } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";
import type { Random } from "../../core/random.ts";
import type { RunArtifact } from "./run-record.ts";

/** What the body of a run works with. */
export interface RunContext {
  readonly id: string;
  readonly experiment: string;
  /** The root seed: everything random in the run derives from it. */
  readonly seed: string;
  /** A stream seeded by the root seed; fork it by name for parts that must not move one another. */
  readonly random: Random;
  /** Aborted when the caller stops the run. */
  readonly signal: AbortSignal;
  /**
   * Records a number. Returns at once: points are buffered and written when 1,000 are waiting, after 200 ms, at `flush()` and at the end of the
   * run. A process that dies loses what was not yet written; code that never yields to the event loop delays the writing.
   *
   * `step` is a whole number from 0. @default one more than the name's last step
   *
   * Errors: `training/invalid-metric` (not a number, a bad name or step), `training/run-ended`.
   */
  metric(name: string, value: number, at?: { readonly step: number }): void;
  /**
   * Records a parameter; buffered as metrics are. The same value again is no error.
   *
   * Errors: `training/param-conflict` when it already has another value, `training/run-ended`.
   */
  param(name: string, value: JsonValue): void;
  /** Writes what is buffered; when it returns, every point and parameter recorded before is durable. */
  flush(): Promise<void>;
  /**
   * Stores a file of the run durably. The same bytes under the same name again change nothing.
   *
   * Errors: `artifact/invalid-name` (also for other bytes under a used name), `training/run-ended`.
   */
  artifact(path: string, bytes: Uint8Array): Promise<RunArtifact>;
  /**
   * Records that this run made a model: only then a version registered with the run counts as trained by it. Needed for what the body does not return:
   * a returned model, and models in a returned list or record, are recorded at the end by themselves. Answers the artifact's digest; the files are not kept.
   *
   * Errors: `definition/invalid` (no runtime accepts it), `training/run-ended`, `argument/invalid` for a tracker that is wired without signer or runtimes.
   */
  model(trained: unknown): Promise<Digest>;
  /** A permutation of 0…n−1. Each call gives the next one; the sequence depends on the root seed alone. Errors: `argument/invalid`. */
  shuffle(n: number): Int32Array;
}
