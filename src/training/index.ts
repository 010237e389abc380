/**
 * Stage 3: tracked runs, pipelines and a small trainer.
 *
 * @module sluice/training
 */

export type { LinearLink, LinearModel } from "../contracts/linear-model.ts";
export { type FitLogisticOptions, fitLogistic, type LabelledRows } from "./fit-logistic.ts";
export { type AnyStep, type PipelineDefinition, pipeline } from "./pipelines/pipeline.ts";
export type {
  PipelineResult,
  PipelineRunRecord,
  PipelineStatus,
  StepRecord,
  StepStatus,
} from "./pipelines/pipeline-record.ts";
export { PipelineRunner, type PipelineRunnerOptions } from "./pipelines/pipeline-runner.ts";
export {
  type InputsOf,
  type StepContext,
  type StepDefinition,
  type StepInputs,
  type StepNeed,
  type StepOptions,
  step,
} from "./pipelines/step.ts";
export { ExperimentTracker, type ExperimentTrackerOptions } from "./tracking/experiment-tracker.ts";
export type { RunContext } from "./tracking/run-context.ts";
export type { RunOptions } from "./tracking/run-options.ts";
export type { MetricPoint, RunArtifact, RunParams, RunRecord, RunStatus } from "./tracking/run-record.ts";
export { trainingMigrations } from "./training-migrations.ts";
