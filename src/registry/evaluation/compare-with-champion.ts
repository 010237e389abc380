import type { ChampionComparison } from "../../contracts/evaluation-report.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelRuntime } from "../../contracts/model-runtime.ts";
import type { CertifiedModel, ModelSource } from "../../contracts/model-source.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { LabelledMatrix } from "../../table/labelled-matrix.ts";
import { matrixOf } from "../../table/matrix-of.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import { measure } from "./measure.ts";
import { predictRows } from "./predict-rows.ts";
import { runtimeOf } from "./save-model.ts";

/** What is compared. */
export interface ComparisonInput {
  readonly kept: LabelledMatrix;
  readonly predictions: Float64Array;
  readonly metrics: readonly EvaluationMetric[];
  readonly compareOn: string | undefined;
  readonly output: string | undefined;
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
  const metric = comparedMetric(input);
  const champion = await championOf(options.champions, model.name);
  if (champion === undefined || champion.version.service.hash !== heldOut.service.hash) return null;
  if (!champion.version.vector.every((feature) => Object.hasOwn(heldOut.table.columns, feature))) return null;
  const others = await championPredictions(options.runtimes, champion, model, heldOut, input);
  if (others === undefined || others.some((p) => !Number.isFinite(p))) return null;
  const difference = metric.advantage(input.kept.labels, input.predictions, others);
  if ("notComputable" in difference || !Number.isFinite(difference.value)) return null;
  const { version, artifactDigest } = champion.version;
  return {
    champion: { version, artifactDigest },
    metric: metric.name,
    difference,
    championMetrics: measure(input.metrics, input.kept.labels, others),
  };
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
    const output = input.output === undefined ? 0 : model.outputs.indexOf(input.output);
    return await predictRows(handle, matrixOf(heldOut.table, champion.version.vector, input.kept.rowIndex), output);
  } finally {
    await handle.dispose();
  }
}

function comparedMetric(input: ComparisonInput): EvaluationMetric {
  const metric =
    input.compareOn === undefined ? input.metrics[0] : input.metrics.find((one) => one.name === input.compareOn);
  if (metric !== undefined) return metric;
  throw new SluiceError("definition/invalid", {
    found: `a comparison on "${input.compareOn}"`,
    expected: `one of the metrics of the evaluation: ${input.metrics.map((one) => one.name).join(", ")}`,
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
