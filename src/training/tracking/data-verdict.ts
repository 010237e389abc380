import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { TrainingSetRef } from "../../contracts/training-set.ts";
import type { Digest } from "../../core/digest.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { RunParams } from "./run-record.ts";

/** The parameter that says whether the dataset versions behind a run are validated. */
export const validatedParam: "data.validated" = "data.validated";

/** The parameter that says what speaks against them; only where something does. */
export const objectionsParam: "data.objections" = "data.objections";

/**
 * What speaks against the dataset versions that a training set was made from: the sources of its features, and its spine where that is a
 * version too. Of a spine that came as a table nothing is known but its digest. Empty = all are validated.
 */
export async function objectionsTo(
  datasets: Pick<DatasetReader, "validation">,
  { sources, spineDigest }: TrainingSetRef,
): Promise<readonly string[]> {
  const objections: string[] = [];
  for (const { dataset, version } of sources) {
    const verdict = await verdictOn(datasets, version);
    if (verdict?.validated !== true)
      objections.push(`"${dataset}": ${verdict?.reason ?? `no version ${version} here`}`);
  }
  const own = sources.some(({ version }) => version === spineDigest)
    ? undefined
    : await verdictOn(datasets, spineDigest);
  if (own?.validated === false) objections.push(`the spine, version ${spineDigest}: ${own.reason}`);
  if (sources.length === 0 && own === undefined) objections.push("no dataset version is known behind the training set");
  return objections;
}

/** The verdict as parameters of the run. */
export function verdictParams(objections: readonly string[]): RunParams {
  if (objections.length === 0) return { [validatedParam]: true };
  return { [validatedParam]: false, [objectionsParam]: [...objections] };
}

/** The error for a run that asks for validated data and has other, or none. */
export function notValidated(objections: readonly string[]): SluiceError {
  return new SluiceError("data/not-validated", {
    found: `a training set of data that is not validated: ${objections.join("; ")}`,
    expected: "dataset versions whose completeness and distribution checks have passed",
    fix: "Declare the checks on the datasets and ingest their rows, repair what they found, or leave requireValidated out.",
  });
}

/** `undefined`: there is no such version. */
async function verdictOn(
  datasets: Pick<DatasetReader, "validation">,
  version: Digest,
): Promise<{ readonly validated: boolean; readonly reason: string } | undefined> {
  try {
    return await datasets.validation(version);
  } catch (error) {
    if (isSluiceError(error, "data/version-not-found")) return undefined;
    throw error;
  }
}
