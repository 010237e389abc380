import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { quarantineSuffix } from "./quarantine.ts";

/** Throws `argument/invalid` unless a version is one of the dataset's quarantine; `data/version-not-found` if there is none. */
export async function requireRepairs(repository: DatasetRepository, dataset: string, version: Digest): Promise<void> {
  const found = await repository.version(version);
  if (found.dataset === `${dataset}${quarantineSuffix}`) return;
  throw new SluiceError("argument/invalid", {
    found: `a version of dataset "${found.dataset}"`,
    expected: `one of "${dataset}${quarantineSuffix}"`,
    fix: "Pass the version that readQuarantine answered, or the quarantine of the ingest's result.",
  });
}
