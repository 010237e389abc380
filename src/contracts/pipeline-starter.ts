import type { JsonValue } from "../core/canonical-json.ts";
import type { Actor } from "./starter.ts";

/** What is asked of a pipeline. */
export interface PipelineRequest {
  readonly pipeline: string;
  /** Requests with an equal key start it once. */
  readonly dedupeKey: string;
  /** Why, for run and candidate. */
  readonly cause: JsonValue;
  /** Who asks, besides who runs the workspace: they may not approve what comes of it. @default nobody besides */
  readonly actor?: Actor;
}

/** Starts pipelines by name. Implemented by the training stage, used by monitoring. */
export interface PipelineStarter {
  /** Whether a pipeline of that name is known: a monitor that names an unknown one cannot be armed. */
  knows(pipeline: string): boolean;
  /** Starts it, durably recorded before it runs; `started: false` when an equal request was made before. */
  start(request: PipelineRequest): Promise<{ readonly started: boolean; readonly pipelineRunId: string }>;
}
