import { isSluiceError } from "../../../core/errors.ts";
import { checkArtifactPath } from "../artifact-path.ts";
import { kerasCodeInHdf5 } from "./keras-code.ts";
import { mediaTypeOf } from "./media-type.ts";
import { externalLocations } from "./onnx.ts";
import { hasPickleName, isObjectArray } from "./pickle.ts";
import { safetensorsFault } from "./safetensors.ts";
import type { ScanContext } from "./scan-context.ts";
import { scanGzip, scanZip } from "./scan-archive.ts";

/** Looks at a file's bytes by what they are, not by what they are called; answers their media type. */
export async function scanBytes(path: string, bytes: Uint8Array, context: ScanContext): Promise<string> {
  const mediaType = mediaTypeOf(bytes);
  if (context.depth === 0 && hasPickleName(path)) context.report(path, "pickle", "a file named as a Python pickle");
  if (mediaType === "application/x-python-pickle") context.report(path, "pickle", "a Python pickle");
  if (mediaType === "application/x-npy" && isObjectArray(bytes))
    context.report(path, "pickle", "a NumPy array of Python objects, which are pickled");
  if (mediaType === "application/zip") await scanZip(path, bytes, context);
  if (mediaType === "application/gzip") await scanGzip(path, bytes, context);
  if (mediaType === "application/x-hdf5") {
    const code = kerasCodeInHdf5(bytes);
    if (code !== undefined) context.report(path, "keras-code", code);
  }
  if (mediaType === "application/x-safetensors" || path.endsWith(".safetensors"))
    reportSafetensors(path, bytes, context);
  if (mediaType === "application/onnx" || path.endsWith(".onnx")) reportOnnx(path, bytes, context);
  return mediaType;
}

function reportSafetensors(path: string, bytes: Uint8Array, context: ScanContext): void {
  const fault = bytes.length < 8 ? "no header" : safetensorsFault(bytes);
  if (fault !== undefined) context.report(path, "malformed", `a safetensors file with ${fault}`);
}

function reportOnnx(path: string, bytes: Uint8Array, context: ScanContext): void {
  const locations = externalLocations(bytes);
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
