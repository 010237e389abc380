import { isSluiceError } from "../../../core/errors.ts";
import { checkArtifactPath } from "../artifact-path.ts";
import { kerasCodeInHdf5 } from "./keras-code.ts";
import { headOf, type LookedAt } from "./looked-at.ts";
import { mediaTypeOf } from "./media-type.ts";
import { externalLocations } from "./onnx.ts";
import { hasPickleName, isObjectArray } from "./pickle.ts";
import { safetensorsFault } from "./safetensors.ts";
import type { ScanContext } from "./scan-context.ts";
import { scanGzip } from "./scan-gzip.ts";
import { scanTar } from "./scan-tar.ts";
import { scanZip } from "./scan-zip.ts";
import { isTar } from "./tar-entries.ts";

/** Looks at a file's bytes by what they are, not by what they are called; answers their media type. */
export async function scanBytes(path: string, looked: LookedAt, context: ScanContext): Promise<string> {
  const head = await headOf(looked);
  const mediaType = mediaTypeOf(head);
  if (context.depth === 0 && hasPickleName(path)) context.report(path, "pickle", "a file named as a Python pickle");
  if (mediaType === "application/x-python-pickle") context.report(path, "pickle", "a Python pickle");
  if (mediaType === "application/x-npy" && isObjectArray(head))
    context.report(path, "pickle", "a NumPy array of Python objects, which are pickled");
  if (mediaType === "application/zip") await scanZip(path, looked, context);
  if (mediaType === "application/gzip") await scanGzip(path, looked, context);
  // A tar begins with a name, which may be written as the mark of another format.
  if (isTar(head)) await scanTar(path, looked, context);
  if (mediaType === "application/x-hdf5") {
    const code = await kerasCodeInHdf5(looked);
    if (code !== undefined) context.report(path, "keras-code", code);
  }
  if (mediaType === "application/x-safetensors" || path.endsWith(".safetensors"))
    await reportSafetensors(path, looked, context);
  if (mediaType === "application/onnx" || path.endsWith(".onnx")) await reportOnnx(path, looked, context);
  return mediaType;
}

async function reportSafetensors(path: string, looked: LookedAt, context: ScanContext): Promise<void> {
  const fault = await safetensorsFault(looked);
  if (fault !== undefined) context.report(path, "malformed", `a safetensors file with ${fault}`);
}

async function reportOnnx(path: string, looked: LookedAt, context: ScanContext): Promise<void> {
  const locations = await externalLocations(looked);
  // Only the name says that this is a model: other protocol buffers may begin alike.
  if (locations === undefined && path.endsWith(".onnx"))
    context.report(path, "malformed", "an ONNX model that cannot be read");
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  for (const location of locations ?? []) {
    const fault =
      outside(location) ?? (context.paths.has(folder + location) ? undefined : "which is no file of the artifact");
    if (fault !== undefined)
      context.report(path, "external-data", `tensors in ${JSON.stringify(location.slice(0, 200))}, ${fault}`);
  }
}

function outside(location: string): string | undefined {
  try {
    checkArtifactPath(location);
    return undefined;
  } catch (error) {
    if (isSluiceError(error)) return "which leaves the artifact";
    throw error;
  }
}
