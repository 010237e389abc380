import type { RunRef } from "../../contracts/run.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";

/** How a run stands: `killed` was stopped by its signal, `failed` threw. A run whose process died stays `running`. */
export type RunStatus = "running" | "finished" | "failed" | "killed";

/** A run with all that is told about it but its metrics. */
export interface RunRecord {
  readonly ref: RunRef;
  readonly status: RunStatus;
  /** The root seed of everything random in the run. */
  readonly seed: string;
  readonly startedAtMs: number;
  /** When it ended; `null` while it runs. */
  readonly endedAtMs: number | null;
  /** What the body threw; `null` unless it failed or was killed. */
  readonly error: string | null;
}

/** Parameters by name. */
export type RunParams = { readonly [name: string]: JsonValue };

/** One measurement. */
export interface MetricPoint {
  /** Where in the training it was taken: epoch, batch, … */
  readonly step: number;
  /** When it was recorded, epoch milliseconds UTC. */
  readonly timeMs: number;
  /** Any number: NaN and infinities are kept as they are. */
  readonly value: number;
}

/** A file that a run logged. */
export interface RunArtifact {
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}
