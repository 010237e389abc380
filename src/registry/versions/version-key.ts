import type { ModelVersion } from "../../contracts/model-version.ts";
import { SluiceError } from "../../core/errors.ts";

/** Names a version: a {@link ModelVersion}, or its name and number. */
export type VersionKey = Pick<ModelVersion, "name" | "version">;

/** How audit, messages and lineage name a version: `delay@3`. */
export function versionSubject(key: VersionKey): string {
  return `${key.name}@${key.version}`;
}

/** The lock that every write about a model takes first. */
export function modelLock(model: string): string {
  return `registry:${model}`;
}

/** The error for a version that does not exist. */
export function versionNotFound(key: VersionKey): SluiceError {
  return new SluiceError("registry/not-found", {
    found: `no version ${versionSubject(key)}`,
    expected: "a registered version",
    fix: "List them with versions(model).",
  });
}
