import type { ArtifactStore } from "../../contracts/artifact.ts";
import type { BlobStore } from "../../contracts/blob-store.ts";
import type { EvaluationReport, Metrics } from "../../contracts/evaluation-report.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelHandle, ModelRuntime } from "../../contracts/model-runtime.ts";
import type { ModelSource } from "../../contracts/model-source.ts";
import type { Signer } from "../../contracts/signer.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { type LabelledMatrix, labelledMatrix } from "../../table/labelled-matrix.ts";
import { signRecord } from "../../ledger/signed-record.ts";
import { jsonOf } from "../../core/json-of.ts";
import type { RegistryTables } from "../tables.ts";
import { compareWithChampion } from "./compare-with-champion.ts";
import { type EvaluationStatement, reportDigest } from "./evaluation-table.ts";
import { measure, measureSlices } from "./measure.ts";
import { metricByName } from "./metric-by-name.ts";
import { predictRows } from "./predict-rows.ts";
import { saveModel } from "./save-model.ts";

/** What an evaluator is wired from. */
export interface EvaluatorOptions {
  readonly metadata: MetadataStore;
  readonly artifacts: ArtifactStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  /** Signs that a report was measured here. */
  readonly signer: Signer;
  readonly runtimes: readonly ModelRuntime[];
  /** Gives the champion to compare with. */
  readonly champions: ModelSource;
}

/** What is measured. */
export interface EvaluationOptions extends WorkOptions {
  /** The column that says whether it happened: false, true, 0 or 1. */
  readonly label: string;
  /** `auc`, `logLoss`, `brier`, `accuracy@t`, `precision@t`, `recall@t` with a threshold t in (0, 1), as in `accuracy@0.5`. */
  readonly metrics: readonly string[];
  /** Columns whose values are measured one by one. @default none */
  readonly slices?: readonly string[];
  /** The output that predicts the label. @default the model's first output */
  readonly output?: string;
  /** Whether to compare with the champion on the same rows. @default "champion" */
  readonly against?: "champion" | "none";
  /** The metric of the comparison. @default the first of `metrics` that can be compared */
  readonly compareOn?: string;
  /** The share of rows that may lack a label or a feature; above it nothing is computable. @default 0.1 */
  readonly maxExcludedShare?: number;
}

/** Measures trained models on held-out data. Reports are signed: only such a report can be registered. */
export class Evaluator {
  readonly #options: EvaluatorOptions;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /**
   * Saves the trained model, loads what was saved, predicts the held-out rows and measures. A metric that has no value says why in the report.
   * Errors: `definition/invalid` (metric, output, runtime, slice), `features/hash-mismatch`, `definition/conflict` (widths), `data/missing-column`.
   */
  async evaluate(
    model: ModelDefinition,
    trained: unknown,
    heldOut: TrainingSet,
    options: EvaluationOptions,
  ): Promise<EvaluationReport> {
    const metrics = options.metrics.map(metricByName);
    if (metrics.length === 0) throw refused("no metric", "at least one", 'Name one, as in "auc".');
    checkService(model, heldOut);
    const output = outputIndex(model, options.output);
    const kept = labelledMatrix(heldOut.table, model.vector, options.label);
    const { artifact, handle } = await saveModel(this.#options, trained);
    try {
      checkSignature(model, handle);
      const predictions = await predictRows(handle, kept.values, output, options);
      const excuse = excuseOf(kept, predictions, heldOut.table.rowCount, options.maxExcludedShare ?? 0.1);
      const report: Omit<EvaluationReport, "digest"> = {
        schema: 1,
        model: model.name,
        artifactDigest: artifact.digest,
        dataset: heldOut.digest,
        sources: heldOut.sources.map(({ dataset, version }) => ({ dataset, version })),
        serviceHash: heldOut.service.hash,
        label: options.label,
        rows: kept.rows,
        excludedRows: kept.excluded,
        metrics: excuse === undefined ? measure(metrics, kept.labels, predictions) : excused(options.metrics, excuse),
        slices:
          excuse === undefined ? measureSlices(metrics, heldOut.table, options.slices ?? [], kept, predictions) : [],
        comparison:
          excuse !== undefined || options.against === "none"
            ? null
            : await compareWithChampion(this.#options, model, heldOut, {
                kept,
                predictions,
                metrics,
                compareOn: options.compareOn,
                output: options.output,
              }),
        sizeBytes: artifact.files.reduce((sum, file) => sum + file.sizeBytes, 0),
      };
      return await this.#store(report);
    } finally {
      await handle.dispose();
    }
  }

  async #store(report: Omit<EvaluationReport, "digest">): Promise<EvaluationReport> {
    const { blobs, ledger, metadata, signer } = this.#options;
    const digest = reportDigest(report);
    await blobs.put(new TextEncoder().encode(canonicalJson(jsonOf(report))));
    const statement: EvaluationStatement = {
      kind: "evaluation",
      schema: 1,
      digest,
      model: report.model,
      artifactDigest: report.artifactDigest,
    };
    const signed = await signRecord(signer, statement);
    await metadata.write(async (tx) => {
      await tx.lock("registry-evaluation");
      const sql = tx.sql.withTables<RegistryTables>();
      await sql
        .insertInto("registry_evaluation")
        .values({ digest, ...signed })
        .onConflict((conflict) => conflict.column("digest").doUpdateSet({ ...signed }))
        .execute();
      await ledger.lineage.record(tx, [
        { from: `artifact:${report.artifactDigest}`, to: `evaluation:${digest}`, kind: "evaluated", asserted: false },
        { from: `training-set:${report.dataset}`, to: `evaluation:${digest}`, kind: "held-out", asserted: false },
      ]);
    });
    return { ...report, digest };
  }
}

function checkService(model: ModelDefinition, heldOut: TrainingSet): void {
  if (heldOut.service.hash === model.features.hash) return;
  throw new SluiceError("features/hash-mismatch", {
    found: `held-out data of "${heldOut.service.name}" ${heldOut.service.hash}`,
    expected: `"${model.features.name}" ${model.features.hash}, as model "${model.name}" is defined`,
    fix: "Build the held-out set with the model's own feature service.",
  });
}

function outputIndex(model: ModelDefinition, output: string | undefined): number {
  const index = output === undefined ? 0 : model.outputs.indexOf(output);
  if (index < 0) throw refused(`the output "${output}"`, model.outputs.join(", "), "Name one of the model's outputs.");
  return index;
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
  kept: LabelledMatrix,
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

function excused(names: readonly string[], notComputable: string): Metrics {
  return Object.fromEntries(names.map((name) => [name, { notComputable }]));
}

function refused(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("definition/invalid", { found: `${found} in an evaluation`, expected, fix });
}
