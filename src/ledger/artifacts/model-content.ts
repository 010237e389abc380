import type { ArtifactContent } from "../../contracts/artifact.ts";
import type { ModelRuntime } from "../../contracts/model-runtime.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { nonFiniteIn } from "../../core/non-finite.ts";
import { encodeManifest } from "./artifact-manifest.ts";

/** A trained model as files, and what runs it. */
export interface ModelContent {
  readonly runtime: ModelRuntime;
  readonly content: ArtifactContent;
}

/** The runtime that saves or reads a value; undefined where it is no model of any. Files of a format are taken as they are. */
export function runtimeFor(runtimes: readonly ModelRuntime[], value: unknown): ModelRuntime | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  if (isContent(value)) return runtimes.find(({ format }) => format === value.format);
  return runtimes.find((one) => one.accepts(value));
}

/** A trained model as files. Errors: `definition/invalid` where no runtime accepts it, or has its format. */
export async function modelContent(runtimes: readonly ModelRuntime[], trained: unknown): Promise<ModelContent> {
  if (isContent(trained)) return { runtime: runtimeOf(runtimes, trained.format), content: trained };
  const runtime = runtimeFor(runtimes, trained);
  if (runtime === undefined) throw notAccepted(runtimes, trained);
  return { runtime, content: await runtime.save(trained) };
}

/** The digest that an artifact has once it is stored. */
export function contentDigest({ format, files }: ArtifactContent): Digest {
  const described = files.map(({ path, bytes }) => ({ path, digest: digestOf(bytes), sizeBytes: bytes.length }));
  return encodeManifest({ format, files: described }).artifact.digest;
}

/** The runtime that reads an artifact format. Errors: `definition/invalid`. */
export function runtimeOf(runtimes: readonly ModelRuntime[], format: string): ModelRuntime {
  const runtime = runtimes.find((one) => one.format === format);
  if (runtime === undefined) {
    throw new SluiceError("definition/invalid", {
      found: `an artifact of format "${format}"`,
      expected: `one of ${runtimes.map((one) => one.format).join(", ") || "no runtime at all"}`,
      fix: "Give the workspace the runtime of that format.",
    });
  }
  return runtime;
}

function notAccepted(runtimes: readonly ModelRuntime[], trained: unknown): SluiceError {
  const nonFinite = nonFiniteIn(trained);
  if (nonFinite !== undefined) {
    return new SluiceError("definition/invalid", {
      found: `a trained model with non-finite weights (${nonFinite})`,
      expected: "finite numbers only",
      fix: "Look for a NaN in the training data, or a training that diverged.",
    });
  }
  return new SluiceError("definition/invalid", {
    found: `a trained model (${typeof trained}) that no runtime accepts`,
    expected: `a model of ${runtimes.map((one) => one.format).join(", ") || "a runtime"}`,
    fix: "Give the workspace the runtime of that kind of model.",
  });
}

/** Files of a format, as they were read from a folder or came with an import. */
function isContent(value: unknown): value is ArtifactContent {
  return (
    typeof value === "object" &&
    value !== null &&
    "format" in value &&
    typeof value.format === "string" &&
    "files" in value &&
    Array.isArray(value.files) &&
    value.files.every(isFile)
  );
}

function isFile(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "bytes" in value &&
    value.bytes instanceof Uint8Array
  );
}
