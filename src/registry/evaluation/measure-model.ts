import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelHandle } from "../../contracts/model-runtime.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { measureCalibration } from "./calibration/calibration.ts";
import { decisionCounts } from "./decision-counts.ts";
import type { EvaluationOptions } from "./evaluation-options.ts";
import type { JudgedRows } from "./judged-rows.ts";
import { measure, measureSlices } from "./measure.ts";
import { scoreCurve } from "./score-curve.ts";

/** Everything that is measured on the predictions of one model. */
export type Measured = Pick<
  EvaluationReport,
  | "metrics"
  | "slices"
  | "calibration"
  | "reliability"
  | "curve"
  | "decisions"
  | "thresholds"
  | "worstSlices"
  | "fairness"
  | "robustness"
  | "latency"
  | "batchLatency"
>;

/** The model that is measured. */
export interface MeasuredModel {
  readonly model: ModelDefinition;
  readonly handle: ModelHandle;
  /** Places of the predictions among the model's outputs. */
  readonly places: readonly number[];
  /** A clock that never goes back, milliseconds. */
  readonly nowMs: () => number;
}

/** Measures what is asked for; each optional part is loaded when it is. */
export async function measureModel(
  judged: JudgedRows,
  measured: MeasuredModel,
  options: EvaluationOptions,
): Promise<Measured> {
  const threshold = options.threshold ?? 0.5;
  const work = workOf(options);
  const decisions = decisionCounts(judged, threshold);
  const told = (stage: string): void => {
    work.signal?.throwIfAborted();
    work.onProgress?.({ stage, done: 0, unit: "steps" });
  };
  const curve = scoreCurve(judged);
  told("measuring");
  const metrics = measure(judged.metrics, judged.labels, judged.predictions);
  const slices = measureSlices(judged, options.slices ?? []);
  told("calibration");
  return {
    metrics,
    slices,
    ...measureCalibration(judged),
    ...(decisions !== undefined && { decisions }),
    ...(curve !== undefined && { curve }),
    ...(await chosenThresholds(judged, options)),
    ...(await worst(judged, measured.model, options, work)),
    ...(await fair(judged, options, threshold)),
    ...(await robust(judged, measured, options, work)),
    ...(await timed(judged, measured, options, work)),
  };
}

/** Signal and progress alone. */
export function workOf({ signal, onProgress }: WorkOptions): WorkOptions {
  return { ...(signal !== undefined && { signal }), ...(onProgress !== undefined && { onProgress }) };
}

async function chosenThresholds(judged: JudgedRows, { thresholds }: EvaluationOptions): Promise<Partial<Measured>> {
  if (thresholds === undefined || thresholds.length === 0) return {};
  const { chooseThresholds } = await import("./thresholds/choose-thresholds.ts");
  return { thresholds: chooseThresholds(judged, thresholds) };
}

async function worst(
  judged: JudgedRows,
  { vector }: ModelDefinition,
  { worstSlices = false, slices = [] }: EvaluationOptions,
  work: WorkOptions,
): Promise<Partial<Measured>> {
  if (worstSlices === false) return {};
  const { searchWorstSlices } = await import("./search/worst-slices.ts");
  const options = worstSlices === true ? {} : worstSlices;
  const columns = options.columns ?? [...new Set([...slices, ...vector])];
  return { worstSlices: searchWorstSlices(judged, columns, options, work) };
}

async function fair(
  judged: JudgedRows,
  { fairness }: EvaluationOptions,
  threshold: number,
): Promise<Partial<Measured>> {
  if (fairness === undefined) return {};
  const { measureFairness } = await import("./fairness/measure-fairness.ts");
  return { fairness: fairness.columns.map((column) => measureFairness(judged, column, { threshold, ...fairness })) };
}

async function robust(
  judged: JudgedRows,
  { model, handle, places }: MeasuredModel,
  { robustness = [] }: EvaluationOptions,
  work: WorkOptions,
): Promise<Partial<Measured>> {
  if (robustness.length === 0) return {};
  const { measureRobustness } = await import("./robustness/measure-robustness.ts");
  return { robustness: await measureRobustness(handle, judged, model.vector, places, robustness, work) };
}

async function timed(
  judged: JudgedRows,
  { handle, nowMs }: MeasuredModel,
  { latency = false }: EvaluationOptions,
  work: WorkOptions,
): Promise<Partial<Measured>> {
  if (latency === false) return {};
  const { measureLatency } = await import("./latency.ts");
  return await measureLatency(handle, judged, latency === true ? {} : latency, nowMs, work);
}
