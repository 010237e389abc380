export type { LinearLink, LinearModel } from "../contracts/linear-model.ts";
export { type FitLogisticOptions, fitLogistic } from "./fit-logistic.ts";
export { ExperimentTracker, type ExperimentTrackerOptions, type RunOptions } from "./tracking/experiment-tracker.ts";
export type { RunContext } from "./tracking/run-context.ts";
export type { MetricPoint, RunArtifact, RunParams, RunRecord, RunStatus } from "./tracking/run-record.ts";
export { trainingMigrations } from "./training-migrations.ts";
