import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";

/** The error for an unknown version. */
export function versionNotFound(digest: Digest, what: string = "no dataset version"): SluiceError {
  return new SluiceError("data/version-not-found", {
    found: `${what} ${digest}`,
    expected: "the digest of a committed version",
    fix: "List the versions of the dataset, or restore the blobs from a copy.",
  });
}

/** The error for metadata that was edited to name something else as the newest version. */
export function foreignHead(dataset: string, found: string): SluiceError {
  return new SluiceError("data/version-not-found", {
    found: `${found} as the newest version of dataset "${dataset}"`,
    expected: "a version of that dataset",
    fix: "The metadata was edited: compare with the audit events of the dataset, or restore a backup.",
  });
}

/** The error for a branch that another writer has moved. */
export function headMoved(dataset: string): SluiceError {
  return new SluiceError("data/head-moved", {
    found: `dataset "${dataset}" with another newest version than when the commit began`,
    expected: "no other commit meanwhile",
    fix: "Commit again; nothing was changed.",
  });
}

/** The error for a branch that was not made. */
export function branchNotFound(dataset: string, branch: string): SluiceError {
  return new SluiceError("data/ref-not-found", {
    found: `no branch "${branch}" of dataset "${dataset}"`,
    expected: "main, or a branch that was made",
    fix: `Make it first: branch("${dataset}", "${branch}").`,
  });
}

/** The error for a commit that no ref leads to and whose blobs are gone. */
export function commitCollected(dataset: string, commit: Digest): SluiceError {
  return new SluiceError("data/version-not-found", {
    found: `commit ${commit} of dataset "${dataset}", whose rows were collected as garbage`,
    expected: "a commit that a branch or tag still leads to",
    fix: "Choose another commit, or ingest the rows again.",
  });
}
