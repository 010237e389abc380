import type { Artifact } from "../../contracts/artifact.ts";
import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { PromotionPolicy } from "../../contracts/gate.ts";
import type { LineageEdge } from "../../contracts/lineage-store.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import type { RunRef } from "../../contracts/run.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { isRequestService } from "../../core/request-service.ts";
import { type SignedText, signRecord } from "../../ledger/signed-record.ts";
import { reportDigest, requireFreshEvaluation, storedEvaluation } from "../evaluation/evaluation-table.ts";
import { saveModel } from "../evaluation/save-model.ts";
import { metricsAsked } from "../policy/metrics-asked.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readCounters, writeCounters } from "./model-row.ts";
import { modelLock, versionSubject } from "./version-key.ts";
import { type VersionBody, versionsOfEvaluation } from "./version-table.ts";

/** What a version is registered with. */
export interface Registration {
  /** The run that trained it. */
  readonly run: RunRef;
  /** The trained model itself: it is saved by the runtime that accepts it. */
  readonly artifact: unknown;
  /** The evaluation of exactly this artifact, as an `Evaluator` measured and signed it. */
  readonly evaluation: EvaluationReport;
  /** Who made it: may not approve it. */
  readonly author: string;
}

/** A version as it was registered. */
export interface RegisteredVersion extends ModelVersion {
  /** What is legal but unwise: a model without a feature service, an evaluation without a metric that the policy asks for; left out where there is nothing. */
  readonly warnings?: readonly string[];
}

const attempts = 32;

/**
 * Registers a version. The same artifact, run and evaluation again is the same version: nothing is written.
 * Errors: `registry/evidence-mismatch`, `definition/invalid` (no runtime), `training/run-not-found`, `registry/conflict`.
 */
export async function registerVersion(
  options: RegistryOptions,
  model: ModelDefinition,
  given: Registration,
): Promise<RegisteredVersion> {
  if (given.author.trim() === "") throw mismatch("no author", "who made the version", "Pass an author.");
  const saved = await saveModel(options, given.artifact);
  await saved.handle.dispose();
  const { artifact } = saved;
  await checkEvidence(options, model, given, artifact);
  const run = await knownRun(options, model, given.run);
  const known = await sameVersion(options, model, given, artifact);
  const warned = warningsOf(model, given.evaluation, options.policy);
  if (known !== undefined) return { ...known, ...warned };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const counters = await readCounters(options.metadata.sql.withTables<RegistryTables>(), model.name);
    const body: VersionBody = {
      kind: "model-version",
      schema: 1,
      name: model.name,
      version: counters.versions + 1,
      artifactDigest: artifact.digest,
      artifactFormat: artifact.format,
      signature: saved.handle.signature,
      vector: model.vector,
      run,
      service: { name: model.features.name, hash: model.features.hash, schemaHash: model.features.schemaHash },
      evaluationDigest: given.evaluation.digest,
      author: given.author,
      registeredAtMs: Math.max(options.clock.nowMs(), counters.lastMs),
    };
    const signed = await signRecord(options.signer, body);
    if (!(await insert(options, body, signed, warned))) continue;
    options.events.emit("version.registered", { model: body.name, version: body.version, ...warned });
    for (const warning of warned.warnings ?? [])
      options.logger?.warn({ model: body.name, version: body.version }, warning);
    const { kind: _kind, schema: _schema, ...version } = body;
    return { ...version, stage: "registered", revision: 0, ...warned };
  }
  throw new SluiceError("registry/conflict", {
    found: `${attempts} other registrations of "${model.name}" at the same moment`,
    expected: "a moment's quiet",
    fix: "Try again.",
  });
}

function warningsOf(
  { name, features }: ModelDefinition,
  { metrics }: EvaluationReport,
  policy: PromotionPolicy | undefined,
): Pick<RegisteredVersion, "warnings"> {
  const warnings: string[] = [];
  if (isRequestService(features))
    warnings.push(
      `model "${name}" has no feature service: nothing sees to it that its inputs are computed for training as they are for serving`,
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
  if (training === null) return { id, experiment, codeDigest, training };
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
  };
}

async function sameVersion(
  options: RegistryOptions,
  model: ModelDefinition,
  given: Registration,
  artifact: Artifact,
): Promise<ModelVersion | undefined> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const versions = await versionsOfEvaluation(sql, model.name, given.evaluation.digest, options.verifier);
  const same = versions.find(
    ({ version }) =>
      version.artifactDigest === artifact.digest &&
      version.run.id === given.run.id &&
      version.service.hash === model.features.hash &&
      version.author === given.author,
  );
  return same?.version;
}

/** Writes the version if its number is still free. */
async function insert(
  options: RegistryOptions,
  body: VersionBody,
  signed: SignedText,
  warned: Pick<RegisteredVersion, "warnings">,
): Promise<boolean> {
  const { name: model, version, registeredAtMs } = body;
  return await options.metadata.write(async (tx) => {
    await tx.lock(modelLock(model));
    const sql = tx.sql.withTables<RegistryTables>();
    const counters = await readCounters(sql, model);
    if (counters.versions + 1 !== version) return false;
    await writeCounters(sql, model, {
      ...counters,
      versions: version,
      lastMs: Math.max(counters.lastMs, registeredAtMs),
    });
    await sql
      .insertInto("registry_version")
      .values({ model, version, ...signed, stage: "registered", revision: 0, certificate: null })
      .execute();
    await options.ledger.lineage.record(tx, edgesOf(body));
    await options.ledger.changes.publish(tx, "version.registered", { model, version });
    await options.ledger.audit.append(tx, {
      kind: "version.registered",
      subject: versionSubject(body),
      actor: body.author,
      body: {
        record: digestOf(signed.body),
        artifact: body.artifactDigest,
        evaluation: body.evaluationDigest,
        run: body.run.id,
        service: body.service.hash,
        ...(warned.warnings === undefined ? {} : { warnings: [...warned.warnings] }),
      },
    });
    return true;
  });
}

/** That the run made the artifact is what the caller says: the registry has not seen it happen. */
function edgesOf(body: VersionBody): readonly LineageEdge[] {
  const version = `model-version:${versionSubject(body)}` as const;
  const artifact = `artifact:${body.artifactDigest}` as const;
  return [
    { from: `run:${body.run.id}`, to: artifact, kind: "trained", asserted: true },
    { from: artifact, to: version, kind: "registered", asserted: false },
    { from: `evaluation:${body.evaluationDigest}`, to: version, kind: "registered", asserted: false },
    { from: `features:${body.service.hash}`, to: version, kind: "registered", asserted: false },
  ];
}

function mismatch(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("registry/evidence-mismatch", { found, expected, fix });
}
