import type { Artifact } from "../../contracts/artifact.ts";
import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { PromotionPolicy } from "../../contracts/gate.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import type { RunRef } from "../../contracts/run.ts";
import { SluiceError } from "../../core/errors.ts";
import { isRequestService } from "../../core/request-service.ts";
import { allStarters, loggedStarters } from "../../ledger/starters.ts";
import { reportDigest, requireFreshEvaluation, storedEvaluation } from "../evaluation/evaluation-table.ts";
import { presentRun } from "../../ledger/present-run.ts";
import { saveModel } from "../evaluation/save-model.ts";
import { frozenCopy } from "../policy/frozen-copy.ts";
import { metricsAsked } from "../policy/metrics-asked.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { insertVersion, type Made, type RegisteredVersion, type RegistrationAbout } from "./insert-version.ts";
import { type Making, makingOf } from "./making-of.ts";
import { versionsOfEvaluation } from "./version-table.ts";
import { printedVersion } from "./version-text.ts";

/** What a version is registered with. */
export interface Registration extends RegistrationAbout {
  /** The run that trained it: the one whose body returned the model, or recorded it (`run.model`). */
  readonly run: RunRef;
  /** The trained model itself: it is saved by the runtime that accepts it. */
  readonly artifact: unknown;
  /** The evaluation of exactly this artifact, as an `Evaluator` measured and signed it. */
  readonly evaluation: EvaluationReport;
}

/**
 * Registers a version. The same artifact, run and evaluation again is the same version: nothing is written.
 * Errors: `registry/evidence-mismatch`, `definition/invalid` (no runtime), `training/run-not-found`, `registry/tampered`, `registry/conflict`.
 */
export async function registerVersion(
  options: RegistryOptions,
  model: ModelDefinition,
  asked: Registration,
): Promise<RegisteredVersion> {
  requireGiven(model, asked);
  // What was looked at is what is registered: whatever their members would answer the next time.
  const given = { ...asked, run: frozenCopy(asked.run), evaluation: frozenCopy(asked.evaluation) };
  const saved = await saveModel(options, given.artifact);
  await saved.handle.dispose();
  const { artifact, files } = saved;
  await checkEvidence(options, model, given, artifact);
  const run = await knownRun(options, model, given.run);
  // What is registered in a run's own body was made by it.
  if (presentRun.get()?.id === run.id) await presentRun.get()?.made(artifact.digest);
  const making = await makingOf(options, run, artifact.digest);
  const known = await sameVersion(options, model, given, artifact, making);
  const warned = warningsOf(model, given, making, options.policy);
  if (known !== undefined) return printedVersion({ ...known, ...warned });
  const made: Made = {
    kind: "model-version",
    schema: 1,
    name: model.name,
    artifactDigest: artifact.digest,
    artifactFormat: artifact.format,
    files,
    signature: saved.handle.signature,
    vector: model.vector,
    run,
    made: making.made,
    service: { name: model.features.name, hash: model.features.hash, schemaHash: model.features.schemaHash },
    evaluationDigest: given.evaluation.digest,
  };
  return await insertVersion(options, given, warned, given.evaluation, made, { makers: making.startedBy });
}

/** What comes from code without types may lack anything. */
function requireGiven(model: ModelDefinition, given: Registration): void {
  const [name, author]: readonly unknown[] = [model?.name, given?.author];
  if (typeof name !== "string") throw mismatch("no model", "what model() defined", "Pass the definition.");
  if (typeof author !== "string" || author.trim() === "")
    throw mismatch("no author", "who made the version", "Pass an author.");
  for (const part of ["run", "evaluation"] as const)
    if (typeof given[part] !== "object" || given[part] === null)
      throw mismatch(`no ${part}`, `the ${part} of this model`, "Pass what experiments.run() and evaluate() returned.");
}

function warningsOf(
  { name, features }: ModelDefinition,
  { evaluation: { metrics }, run }: Registration,
  { made }: Making,
  policy: PromotionPolicy | undefined,
): Pick<RegisteredVersion, "warnings"> {
  const warnings: string[] = [];
  if (isRequestService(features))
    warnings.push(
      `model "${name}" has no feature service: nothing sees to it that its inputs are computed for training as they are for serving`,
    );
  if (made === "asserted")
    warnings.push(
      `nothing on record says that run ${run.id} made this model: lineageComplete, dataValidated and dataFreshness will refuse; return it from the run's body, or \`await run.model(model)\` in it`,
    );
  for (const [metric, gates] of policy === undefined ? [] : metricsAsked(policy))
    if (!Object.hasOwn(metrics, metric))
      warnings.push(
        `the evaluation lacks "${metric}", which the policy asks for: ${[...gates].join(", ")} will refuse`,
      );
  return warnings.length === 0 ? {} : { warnings };
}

async function checkEvidence(
  options: RegistryOptions,
  model: ModelDefinition,
  given: Registration,
  artifact: Artifact,
): Promise<void> {
  const { digest, ...report } = given.evaluation;
  if (report.model !== model.name)
    throw mismatch(`an evaluation of "${report.model}"`, `one of "${model.name}"`, "Evaluate this model.");
  if (report.artifactDigest !== artifact.digest) {
    throw mismatch(
      `an evaluation of ${report.artifactDigest}`,
      `one of the artifact ${artifact.digest}`,
      "Evaluate the model that you register.",
    );
  }
  if (report.serviceHash !== model.features.hash) {
    throw mismatch(
      `an evaluation with features ${report.serviceHash}`,
      model.features.hash,
      "Evaluate with the model's own feature service.",
    );
  }
  if (given.run.training !== null && given.run.training.digest === report.dataset) {
    throw mismatch(
      "an evaluation on the training set itself",
      "held-out data",
      "Evaluate on rows that the run has not seen.",
    );
  }
  const { leakage } = report;
  if (leakage !== undefined && leakage.sharedKeys > 0) {
    throw mismatch(
      `an evaluation on ${leakage.sharedKeys} rows that are in the training set too, by ${leakage.key.join(", ")}`,
      "held-out rows that share no row with training",
      "Split by key and time before training, and evaluate on rows that the run has not seen.",
    );
  }
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const stored =
    reportDigest(report) === digest ? await storedEvaluation(sql, options.blobs, options.verifier, digest) : undefined;
  if (stored === undefined) {
    throw mismatch(
      `a report ${digest} that no evaluator of this workspace has signed`,
      "a report as evaluate() returned it",
      "Evaluate here, and pass the report unchanged.",
    );
  }
  await requireFreshEvaluation(sql, options.verifier, digest);
}

async function knownRun(options: RegistryOptions, model: ModelDefinition, given: RunRef): Promise<RunRef> {
  const found = options.runs === undefined ? given : await options.runs.run(given.id);
  if (found.codeDigest !== given.codeDigest || (found.training?.digest ?? null) !== (given.training?.digest ?? null)) {
    throw mismatch(
      `run ${given.id} with other code or training data than recorded`,
      "the run as it was tracked",
      "Pass the run that experiments.run() returned.",
    );
  }
  const { id, experiment, codeDigest, training } = found;
  const startedBy = await startersOf(options, found);
  if (training === null) return { id, experiment, codeDigest, training, ...startedBy };
  const { digest, rows, service, sources, spineDigest } = training;
  if (service.hash !== model.features.hash) {
    throw mismatch(
      `run ${id}, trained with the feature service "${service.name}" (${service.hash})`,
      `one trained with "${model.features.name}" (${model.features.hash}), as "${model.name}" takes`,
      "Pass the run that trained this model, or train it on features.training() of its own service.",
    );
  }
  const { name, hash, schemaHash } = service;
  return {
    id,
    experiment,
    codeDigest,
    training: { digest, rows, service: { name, hash, schemaHash }, sources, spineDigest },
    ...startedBy,
  };
}

/** The run's row may have been edited, the log less easily: whoever either of them names has made the version. */
async function startersOf(options: RegistryOptions, { id, startedBy }: RunRef): Promise<Pick<RunRef, "startedBy">> {
  const logged = await loggedStarters(options.ledger.audit, `run:${id}`, id);
  return startedBy === undefined && logged.length === 0 ? {} : { startedBy: allStarters(startedBy ?? [], logged) };
}

async function sameVersion(
  options: RegistryOptions,
  model: ModelDefinition,
  given: Registration,
  artifact: Artifact,
  making: Making,
): Promise<ModelVersion | undefined> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const versions = await versionsOfEvaluation(sql, model.name, given.evaluation.digest, options.verifier);
  const same = versions.find(
    ({ version }) =>
      version.artifactDigest === artifact.digest &&
      version.run.id === given.run.id &&
      version.made === making.made &&
      version.service.hash === model.features.hash &&
      version.author === given.author,
  );
  return same?.version;
}

function mismatch(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("registry/evidence-mismatch", { found, expected, fix });
}
