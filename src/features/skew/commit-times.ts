import type { DatasetReader, DatasetVersion } from "../../contracts/dataset-version.ts";
import type { Digest } from "../../core/digest.ts";
import { isSluiceError } from "../../core/errors.ts";

/** How many versions are looked back at; rows of older ones count as always known. */
const versionsBack = 10_000;

/** When the row at a place of a version became part of its dataset, epoch ms; −∞ where that is not on record. */
export type CommitTimeOf = (place: number) => number;

/** Reads when the rows of a version were committed, as far back as `fromMs`: each version was appended to its parent. */
export async function commitTimes(datasets: DatasetReader, version: Digest, fromMs: number): Promise<CommitTimeOf> {
  /** Newest first: from which place on rows came with a version. */
  const steps: { readonly from: number; readonly atMs: number }[] = [];
  let at = await datasets.version(version);
  for (let step = 0; step < versionsBack && at.createdAtMs >= fromMs; step++) {
    const parent = at.parent === null ? null : await versionIfKept(datasets, at.parent);
    // Not an append, or its parent is gone: its places tell nothing of when its rows came.
    if (parent === undefined || (parent !== null && parent.rows > at.rows)) break;
    steps.push({ from: parent?.rows ?? 0, atMs: at.createdAtMs });
    if (parent === null) break;
    at = parent;
  }
  return (place) => steps.find(({ from }) => place >= from)?.atMs ?? Number.NEGATIVE_INFINITY;
}

/** `undefined` = it was collected since. */
async function versionIfKept(datasets: DatasetReader, digest: Digest): Promise<DatasetVersion | undefined> {
  try {
    return await datasets.version(digest);
  } catch (error) {
    if (isSluiceError(error, "data/version-not-found")) return undefined;
    throw error;
  }
}
