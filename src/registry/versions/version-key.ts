import type { ModelVersion } from "../../contracts/model-version.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";

/** Names a version: a {@link ModelVersion}, or its name and number. */
export type VersionKey = Pick<ModelVersion, "name" | "version">;

/** Refuses what names no version, as a number that is a text. Errors: `argument/invalid`. */
export function requireVersionKey(key: VersionKey): void {
  const [name, version]: readonly unknown[] = [key?.name, key?.version];
  if (typeof name === "string" && Number.isSafeInteger(version)) return;
  throw new SluiceError("argument/invalid", {
    found: `a version named ${String(JSON.stringify(name))} and numbered ${String(JSON.stringify(version))}`,
    expected: "its model's name, a text, and its number",
    fix: "Pass a ModelVersion, or { name, version: 3 }.",
  });
}

/** Refuses what names no model. Errors: `argument/invalid`. */
export function requireModelName(model: unknown): void {
  requireArgument("the registry", "a model's name", model, "text");
}

/** The model of a version. Errors: `argument/invalid` for what names none. */
export function modelOf(key: VersionKey): string {
  requireVersionKey(key);
  return key.name;
}

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
