import type { ModelVersion } from "../../contracts/model-version.ts";
import type { TrainingSetRef } from "../../contracts/training-set.ts";

/** What a version was trained on; undefined where its run had no training set, or is only said to have made it. */
export function knownTraining({ run, made }: ModelVersion): TrainingSetRef | undefined {
  return made === "recorded" ? (run.training ?? undefined) : undefined;
}

/** Why it is not known what a version was trained on. */
export function unknownTraining({ run, made }: ModelVersion): string {
  if (run.training === null) return "the run has no training set";
  if (made === "recorded") return "no dataset version is known behind the training set";
  return `that run ${run.id} made the artifact is not on record, so its training set says nothing`;
}
