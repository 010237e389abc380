import type { ChampionComparison, SliceDifference } from "../../../contracts/evaluation-report.ts";
import type { ModelDefinition } from "../../../contracts/model-definition.ts";
import type { ModelRuntime } from "../../../contracts/model-runtime.ts";
import type { CertifiedModel, ModelSource } from "../../../contracts/model-source.ts";
import type { TrainingSet } from "../../../contracts/training-set.ts";
import { isSluiceError, SluiceError } from "../../../core/errors.ts";
import type { WorkOptions } from "../../../core/progress.ts";
import { matrixOf } from "../../../table/matrix-of.ts";
import { withVectorCells } from "../../../table/with-vector-cells.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { type JudgedRows, pick } from "../judged-rows.ts";
import { measure } from "../measure.ts";
import { predictRows } from "../predict-rows.ts";
import { runtimeOf } from "../../../ledger/artifacts/model-content.ts";
import { slicesOf } from "../slices.ts";
import { compareDecisions } from "./compare-decisions.ts";
import { pairedDifference } from "./paired-difference.ts";
import { predictionStability } from "./prediction-stability.ts";

/** What is compared. */
export interface ComparisonInput extends WorkOptions {
  readonly judged: JudgedRows;
  readonly compareOn: string | undefined;
  /** Places of the predictions among the model's outputs. */
  readonly places: readonly number[];
  /** Columns whose slices are compared too. */
  readonly slices: readonly string[];
  /** Binary decisions are made from here on. */
  readonly threshold: number;
}

/**
 * Compares with the champion on the same rows; `null` when there is none, or when it cannot predict these rows (other features, other outputs,
 * no interval): a gate that asks for the comparison then answers "notMeasured".
 */
export async function compareWithChampion(
  options: { readonly champions: ModelSource; readonly runtimes: readonly ModelRuntime[] },
  model: ModelDefinition,
  heldOut: TrainingSet,
  input: ComparisonInput,
): Promise<ChampionComparison | null> {
  const { judged, threshold } = input;
  const metric = comparedMetric(judged.metrics, input.compareOn);
  const champion = await championOf(options.champions, model.name);
  if (champion === undefined || champion.version.service.hash !== heldOut.service.hash) return null;
  const { columns } = withVectorCells(heldOut.table, champion.version.vector);
  if (!champion.version.vector.every((feature) => Object.hasOwn(columns, feature))) return null;
  const others = await championPredictions(options.runtimes, champion, model, heldOut, input);
  if (others === undefined || others.some((p) => !Number.isFinite(p))) return null;
  const { difference, method } = pairedDifference(metric, judged, judged.predictions, others);
  if ("notComputable" in difference) return null;
  const { version, artifactDigest } = champion.version;
  const decisions = compareDecisions(judged, others, threshold);
  return {
    champion: { version, artifactDigest },
    metric: metric.name,
    difference,
    championMetrics: measure(judged.metrics, judged.labels, others),
    method,
    ...(decisions !== undefined && { decisions }),
    ...(input.slices.length > 0 && { slices: sliceDifferences(metric, judged, others, input) }),
    stability: predictionStability(judged, others, threshold),
  };
}

function sliceDifferences(
  metric: EvaluationMetric,
  judged: JudgedRows,
  others: Float64Array,
  { slices, signal }: ComparisonInput,
): readonly SliceDifference[] {
  return slices.flatMap((column) =>
    slicesOf(judged.table, column, judged.rowIndex).map(({ value, places }) => {
      signal?.throwIfAborted();
      const { labels, predictions } = pick(judged, judged.predictions, places);
      const theirs = pick(judged, others, places).predictions;
      const some = { labels, outputs: judged.outputs };
      return {
        column,
        value,
        rows: places.length,
        difference: pairedDifference(metric, some, predictions, theirs).difference,
      };
    }),
  );
}

async function championPredictions(
  runtimes: readonly ModelRuntime[],
  champion: CertifiedModel,
  model: ModelDefinition,
  heldOut: TrainingSet,
  input: ComparisonInput,
): Promise<Float64Array | undefined> {
  const handle = await runtimeOf(runtimes, champion.version.artifactFormat).load(champion.artifact);
  try {
    const { inputWidth, outputWidth } = handle.signature;
    if (inputWidth !== champion.version.vector.length || outputWidth !== model.outputs.length) return undefined;
    const vectors = matrixOf(heldOut.table, champion.version.vector, input.judged.rowIndex);
    return await predictRows(handle, vectors, input.places, input);
  } finally {
    await handle.dispose();
  }
}

function comparedMetric(metrics: readonly EvaluationMetric[], compareOn: string | undefined): EvaluationMetric {
  const metric = compareOn === undefined ? metrics[0] : metrics.find((one) => one.name === compareOn);
  if (metric !== undefined) return metric;
  throw new SluiceError("definition/invalid", {
    found: `a comparison on "${compareOn}"`,
    expected: `one of the metrics of the evaluation: ${metrics.map((one) => one.name).join(", ")}`,
    fix: "Add it to `metrics`.",
  });
}

async function championOf(source: ModelSource, model: string): Promise<CertifiedModel | undefined> {
  try {
    return await source.champion(model);
  } catch (error) {
    if (isSluiceError(error, "serving/no-champion")) return undefined;
    throw error;
  }
}
