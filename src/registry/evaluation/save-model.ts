import type { Artifact, ArtifactContent, ArtifactStore } from "../../contracts/artifact.ts";
import type { ScannedFile } from "../../contracts/artifact-scan.ts";
import type { ModelHandle, ModelRuntime } from "../../contracts/model-runtime.ts";
import { SluiceError } from "../../core/errors.ts";
import { nonFiniteIn } from "../../core/non-finite.ts";
import { describedFiles, requireMediaTypes } from "../../ledger/artifacts/described-files.ts";

/** A trained model stored as an artifact, and loaded back from exactly those bytes. */
export interface SavedModel {
  readonly artifact: Artifact;
  readonly files: readonly ScannedFile[];
  readonly handle: ModelHandle;
}

/**
 * Saves a trained model by the runtime that accepts it and loads what was stored; files of a format ({@link ArtifactContent}) are stored as they are. Errors:
 * `definition/invalid` when no runtime accepts the model, or has the format; `artifact/refused`; `argument/invalid` for a media type that is none.
 */
export async function saveModel(
  options: { readonly runtimes: readonly ModelRuntime[]; readonly artifacts: ArtifactStore },
  trained: unknown,
): Promise<SavedModel> {
  if (isContent(trained)) return await stored(options, runtimeOf(options.runtimes, trained.format), trained);
  const runtime = options.runtimes.find((one) => one.accepts(trained));
  if (runtime === undefined) {
    const nonFinite = nonFiniteIn(trained);
    if (nonFinite !== undefined) {
      throw new SluiceError("definition/invalid", {
        found: `a trained model with non-finite weights (${nonFinite})`,
        expected: "finite numbers only",
        fix: "Look for a NaN in the training data, or a training that diverged.",
      });
    }
    throw new SluiceError("definition/invalid", {
      found: `a trained model (${typeof trained}) that no runtime accepts`,
      expected: `a model of ${options.runtimes.map((one) => one.format).join(", ") || "a runtime"}`,
      fix: "Give the workspace the runtime of that kind of model.",
    });
  }
  return await stored(options, runtime, await runtime.save(trained));
}

async function stored(
  { artifacts }: { readonly artifacts: ArtifactStore },
  runtime: ModelRuntime,
  content: ArtifactContent,
): Promise<SavedModel> {
  requireMediaTypes(content);
  const artifact = await artifacts.put(content);
  const files = describedFiles(artifact, content);
  return { artifact, files, handle: await runtime.load(await artifacts.get(artifact.digest)) };
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
