import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { FeatureServiceRef } from "../../contracts/feature-service.ts";
import type { DataAge, GateEvidence } from "../../contracts/gate.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import type { TrainingSetRef } from "../../contracts/training-set.ts";
import type { Digest } from "../../core/digest.ts";
import { isSluiceError } from "../../core/errors.ts";
import { knownTraining } from "../gates/known-training.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { lineageEvidence } from "./lineage-evidence.ts";

/** What the other stages say about a version. */
export async function foreignFacts(
  options: RegistryOptions,
  version: ModelVersion,
  evaluation: EvaluationReport | undefined,
): Promise<Pick<GateEvidence, "validations" | "currentService" | "lineage" | "data" | "rollout" | "reproduction">> {
  const { datasets } = options;
  // What a run was trained on says nothing about an artifact that only somebody says it made.
  const training = knownTraining(version);
  const sources = training === undefined ? undefined : await sourcesOf(options, training);
  const validations =
    sources === undefined
      ? undefined
      : await Promise.all(
          sources.map(async (source) => ({ ...source, ...(await validationOf(datasets, source.version)) })),
        );
  return {
    validations,
    currentService: await currentService(options, version),
    lineage: await lineageEvidence(options.ledger.lineage, version),
    data: [
      ...(await agesOf(options, sources ?? [], "training")),
      ...(await agesOf(options, evaluation?.sources ?? [], "evaluation")),
    ],
    rollout: await options.rollouts.evidence(version.name, version.version),
    ...(evaluation?.reproduction !== undefined && { reproduction: evaluation.reproduction }),
  };
}

/** A dataset version that this workspace does not have (of an imported model) was validated by nobody here. */
async function validationOf(
  datasets: RegistryOptions["datasets"],
  version: Digest,
): Promise<{ readonly validated: boolean; readonly reason: string }> {
  try {
    return await datasets.validation(version);
  } catch (error) {
    if (!isSluiceError(error, "data/version-not-found")) throw error;
    return { validated: false, reason: "this workspace does not have it" };
  }
}

async function currentService(
  { services }: RegistryOptions,
  version: ModelVersion,
): Promise<FeatureServiceRef | undefined> {
  const found = await services.current(version.service.name);
  return found === undefined ? undefined : { name: found.name, hash: found.hash, schemaHash: found.schemaHash };
}

interface Source {
  readonly dataset: string;
  readonly version: Digest;
}

/** The dataset versions behind a training set: those its features were computed from, and the spine where that is a version too. */
async function sourcesOf(options: RegistryOptions, training: TrainingSetRef): Promise<readonly Source[]> {
  const sources = training.sources.map(({ dataset, version }) => ({ dataset, version }));
  if (sources.some(({ version }) => version === training.spineDigest)) return sources;
  const spine = await knownVersion(options, training.spineDigest);
  return spine === undefined ? sources : [...sources, { dataset: spine.dataset, version: spine.digest }];
}

async function agesOf(
  options: RegistryOptions,
  sources: readonly Source[],
  role: DataAge["role"],
): Promise<readonly DataAge[]> {
  return await Promise.all(
    sources.map(async ({ dataset, version }) => {
      const found = await knownVersion(options, version);
      return { dataset, version, role, createdAtMs: found?.createdAtMs ?? null };
    }),
  );
}

async function knownVersion({ datasets }: RegistryOptions, digest: Digest): Promise<DatasetVersion | undefined> {
  try {
    return await datasets.version(digest);
  } catch (error) {
    if (isSluiceError(error, "data/version-not-found")) return undefined;
    throw error;
  }
}
