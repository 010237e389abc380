import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { Metrics } from "../../contracts/metric-estimate.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelHandle } from "../../contracts/model-runtime.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import { SluiceError } from "../../core/errors.ts";
import { withVectorCells } from "../../table/with-vector-cells.ts";
import { checkEvaluationOptions } from "./check-evaluation-options.ts";
import { compareWithChampion } from "./comparison/compare-with-champion.ts";
import { evaluationCode } from "./evaluation-code.ts";
import type { EvaluationOptions } from "./evaluation-options.ts";
import { type EvaluationRows, evaluationRows } from "./evaluation-rows.ts";
import { type EvaluationTask, evaluationTask } from "./evaluation-task.ts";
import type { EvaluatorOptions } from "./evaluator-options.ts";
import type { JudgedRows } from "./judged-rows.ts";
import { type Measured, measureModel, workOf } from "./measure-model.ts";
import { predictRows } from "./predict-rows.ts";
import { type SavedModel, saveModel } from "./save-model.ts";
import { storeEvaluation } from "./store-evaluation.ts";

/** Saves, loads, predicts, measures, signs and stores: what `Evaluator.evaluate` does. */
export async function evaluateModel(
  wiring: EvaluatorOptions,
  model: ModelDefinition,
  trained: unknown,
  given: TrainingSet,
  options: EvaluationOptions,
): Promise<EvaluationReport> {
  checkEvaluationOptions(options);
  checkService(model, given);
  const heldOut = { ...given, table: withVectorCells(given.table, model.vector) };
  const task = evaluationTask(model, heldOut.table, options);
  const rows = evaluationRows(heldOut.table, model.vector, { ...task, label: options.label });
  const saved = await saveModel(wiring, trained);
  try {
    checkSignature(model, saved.handle);
    const report = await reportOf(wiring, model, saved, heldOut, rows, task, options);
    return await storeEvaluation(wiring, report);
  } finally {
    await saved.handle.dispose();
  }
}

async function reportOf(
  wiring: EvaluatorOptions,
  model: ModelDefinition,
  saved: SavedModel,
  heldOut: TrainingSet,
  rows: EvaluationRows,
  task: EvaluationTask,
  options: EvaluationOptions,
): Promise<Omit<EvaluationReport, "digest">> {
  const { artifact, handle } = saved;
  const work = workOf(options);
  const { places, metrics, kind, classes } = task;
  const predictions = await predictRows(handle, rows.values, places, work);
  const judged: JudgedRows = { ...rows, table: heldOut.table, predictions, outputs: places.length, metrics };
  const excuse = excuseOf(rows, predictions, heldOut.table.rowCount, options.maxExcludedShare ?? 0.1);
  const nowMs = wiring.monotonicMs ?? monotonicMs;
  const measured =
    excuse === undefined
      ? await measureModel(judged, { model, handle, places, nowMs }, options)
      : excused(metrics, excuse);
  const { slices = [], threshold = 0.5, compareOn } = options;
  const compared = excuse === undefined && options.against !== "none";
  const comparison = compared
    ? await compareWithChampion(wiring, model, heldOut, {
        ...work,
        judged,
        compareOn,
        places,
        slices,
        threshold,
      })
    : null;
  const codeDigest = (await wiring.codeVersion?.()) ?? "asserted:unknown";
  return {
    schema: 1,
    model: model.name,
    artifactDigest: artifact.digest,
    dataset: heldOut.digest,
    sources: heldOut.sources.map(({ dataset, version }) => ({ dataset, version })),
    serviceHash: heldOut.service.hash,
    label: options.label,
    rows: rows.rows,
    excludedRows: rows.excluded,
    ...measured,
    comparison,
    sizeBytes: artifact.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    kind,
    ...(classes.length > 0 && { classes }),
    ...(await guards(wiring, model, saved, heldOut, rows, codeDigest, options)),
    code: evaluationCode(codeDigest, metrics, options.robustness ?? []),
  };
}

/** What training has to do with it: shared rows, and whether it gives the same model again. */
async function guards(
  wiring: EvaluatorOptions,
  model: ModelDefinition,
  { artifact, handle }: SavedModel,
  heldOut: TrainingSet,
  rows: EvaluationRows,
  codeDigest: string,
  options: EvaluationOptions,
): Promise<Pick<EvaluationReport, "leakage" | "reproduction">> {
  const { leakage, reproduce: again, label } = options;
  const original = { artifact, handle, vectors: rows.values };
  return {
    ...(leakage !== undefined && {
      leakage: (await import("./leakage.ts")).measureLeakage(heldOut, [...model.vector, label], rows.rowIndex, leakage),
    }),
    ...(again !== undefined && {
      reproduction: await (await import("./reproduce.ts")).reproduce(
        wiring,
        original,
        again,
        codeDigest,
        workOf(options),
      ),
    }),
  };
}

function monotonicMs(): number {
  return performance.now();
}

function checkService(model: ModelDefinition, heldOut: TrainingSet): void {
  if (heldOut.service.hash === model.features.hash) return;
  throw new SluiceError("features/hash-mismatch", {
    found: `held-out data of "${heldOut.service.name}" ${heldOut.service.hash}`,
    expected: `"${model.features.name}" ${model.features.hash}, as model "${model.name}" is defined`,
    fix: "Build the held-out set with the model's own feature service.",
  });
}

function checkSignature(model: ModelDefinition, handle: ModelHandle): void {
  const { inputWidth, outputWidth } = handle.signature;
  if (inputWidth === model.vector.length && outputWidth === model.outputs.length) return;
  throw new SluiceError("definition/conflict", {
    found: `a trained model of ${inputWidth} inputs and ${outputWidth} outputs`,
    expected: `${model.vector.length} inputs and ${model.outputs.length} outputs, as model "${model.name}" is defined`,
    fix: "Train on the model's vector, in its order.",
  });
}

/** Why nothing can be said about the model, if so. */
function excuseOf(
  kept: EvaluationRows,
  predictions: Float64Array,
  rows: number,
  maxExcludedShare: number,
): string | undefined {
  if (kept.rows === 0) return "no held-out row has a label and every feature";
  if (kept.excluded > maxExcludedShare * rows)
    return `${kept.excluded} of ${rows} rows lack a label or a feature, more than the share of ${maxExcludedShare}`;
  const bad = predictions.reduce((count, p) => (Number.isFinite(p) ? count : count + 1), 0);
  return bad === 0 ? undefined : `${bad} of ${predictions.length} predictions are not finite`;
}

function excused(metrics: EvaluationTask["metrics"], notComputable: string): Measured {
  const none: Metrics = Object.fromEntries(metrics.map(({ name }) => [name, { notComputable }]));
  return { metrics: none, slices: [] };
}
