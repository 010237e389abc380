import type { Starter } from "../../contracts/starter.ts";
import type { JsonValue } from "../../core/canonical-json.ts";

/** How a pipeline run stands. `running` also holds for a run whose process died and that `resume()` will pick up. */
export type PipelineStatus = "running" | "succeeded" | "failed" | "killed";

/** How a step of a run stands; `killed` was stopped because the run was. */
export type StepStatus = "pending" | "running" | "succeeded" | "failed" | "killed";

/** A step of a run. */
export interface StepRecord {
  readonly step: string;
  readonly status: StepStatus;
  /** How often it was started. */
  readonly attempts: number;
  /** Whether its output came from the cache. */
  readonly cached: boolean;
  /** What its last failure said. */
  readonly error: string | null;
}

/** A run of a pipeline. */
export interface PipelineRunRecord {
  readonly id: string;
  readonly pipeline: string;
  readonly dedupeKey: string;
  readonly cause: JsonValue;
  /** Who started it; empty where nobody was known, left out in what was recorded before this was asked. */
  readonly startedBy?: readonly Starter[];
  readonly status: PipelineStatus;
  readonly requestedAtMs: number;
  readonly endedAtMs: number | null;
  readonly steps: readonly StepRecord[];
}

/** How a pipeline run ended: an expected outcome, not an exception. */
export type PipelineResult =
  | { readonly status: "succeeded"; readonly runId: string; readonly outputs: { readonly [step: string]: JsonValue } }
  /** `step` is null when the run could not go on as a whole. */
  | { readonly status: "failed"; readonly runId: string; readonly step: string | null; readonly error: string }
  | { readonly status: "killed"; readonly runId: string; readonly error: string };
