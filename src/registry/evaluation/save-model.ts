import type { Artifact, ArtifactStore } from "../../contracts/artifact.ts";
import type { ScannedFile } from "../../contracts/artifact-scan.ts";
import type { ModelHandle, ModelRuntime } from "../../contracts/model-runtime.ts";
import { describedFiles, requireMediaTypes } from "../../ledger/artifacts/described-files.ts";
import { modelContent } from "../../ledger/artifacts/model-content.ts";

/** A trained model stored as an artifact, and loaded back from exactly those bytes. */
export interface SavedModel {
  readonly artifact: Artifact;
  readonly files: readonly ScannedFile[];
  readonly handle: ModelHandle;
}

/**
 * Saves a trained model by the runtime that accepts it and loads what was stored; files of a format (`ArtifactContent`) are stored as they are. Errors:
 * `definition/invalid` when no runtime accepts the model, or has the format; `artifact/refused`; `argument/invalid` for a media type that is none.
 */
export async function saveModel(
  options: { readonly runtimes: readonly ModelRuntime[]; readonly artifacts: ArtifactStore },
  trained: unknown,
): Promise<SavedModel> {
  const { runtime, content } = await modelContent(options.runtimes, trained);
  requireMediaTypes(content);
  const artifact = await options.artifacts.put(content);
  const files = describedFiles(artifact, content);
  return { artifact, files, handle: await runtime.load(await options.artifacts.get(artifact.digest)) };
}
