import type { ArtifactContent } from "../../contracts/artifact.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import type { TfModelArtifacts, TfWeightSpec } from "./tf-namespace.ts";
import { normaliseNames } from "./normalise-names.ts";

/** The artifact format of TensorFlow.js layers models. */
export const tfArtifactFormat = "tfjs-layers";

const topologyFile = "model.json";
const weightsFile = "weights.bin";
const bytesPerElement: { readonly [dtype: string]: number } = { float32: 4, int32: 4, bool: 1 };

/** What TensorFlow.js hands out, as files: canonical JSON and the weight bytes. Optimizer state and dates are left out. */
export function encodeTfArtifact(artifacts: TfModelArtifacts): ArtifactContent {
  const topology: JsonValue = JSON.parse(JSON.stringify(artifacts.modelTopology ?? null));
  const specs = (artifacts.weightSpecs ?? []).map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype }));
  const normalised = normaliseNames(topology, specs);
  const model = canonicalJson({ schema: 1, modelTopology: normalised.topology, weightSpecs: normalised.specs });
  return {
    format: tfArtifactFormat,
    files: [
      { path: topologyFile, bytes: new TextEncoder().encode(model) },
      { path: weightsFile, bytes: concatenated(artifacts.weightData) },
    ],
  };
}

/** The files as TensorFlow.js takes them back. Throws `artifact/corrupt`. */
export function decodeTfArtifact(content: ArtifactContent): Required<TfModelArtifacts> {
  const topology = content.files.find(({ path }) => path === topologyFile);
  const weights = content.files.find(({ path }) => path === weightsFile);
  if (content.format !== tfArtifactFormat || topology === undefined || weights === undefined) {
    throw corrupt(`format "${content.format}" with the files ${content.files.map(({ path }) => path).join(", ")}`);
  }
  const { modelTopology, weightSpecs } = parseModel(topology.bytes);
  const expectedBytes = weightSpecs.reduce((sum, spec) => sum + specBytes(spec), 0);
  if (weights.bytes.length !== expectedBytes) {
    throw corrupt(`${weightsFile} of ${weights.bytes.length} bytes where its index needs ${expectedBytes}`);
  }
  const copy = new ArrayBuffer(weights.bytes.length);
  new Uint8Array(copy).set(weights.bytes);
  return { modelTopology, weightSpecs, weightData: copy };
}

function parseModel(bytes: Uint8Array): { readonly modelTopology: object; readonly weightSpecs: TfWeightSpec[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt(`${topologyFile} that is no JSON`, cause);
  }
  const { modelTopology, weightSpecs } = (parsed ?? {}) as {
    readonly modelTopology?: unknown;
    readonly weightSpecs?: unknown;
  };
  if (typeof modelTopology !== "object" || modelTopology === null || !Array.isArray(weightSpecs)) {
    throw corrupt(`${topologyFile} without modelTopology and weightSpecs`);
  }
  const specs: readonly unknown[] = weightSpecs;
  return { modelTopology, weightSpecs: specs.map(toSpec) };
}

function toSpec(value: unknown): TfWeightSpec {
  const { name, shape, dtype } = (value ?? {}) as Partial<Record<keyof TfWeightSpec, unknown>>;
  const sound =
    typeof name === "string" && isShape(shape) && (dtype === "float32" || dtype === "int32" || dtype === "bool");
  if (!sound) throw corrupt(`the weight ${JSON.stringify(value)}`);
  return { name, shape, dtype };
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function specBytes(spec: TfWeightSpec): number {
  return spec.shape.reduce((product, size) => product * size, 1) * (bytesPerElement[spec.dtype] ?? 0);
}

function concatenated(data: ArrayBuffer | ArrayBuffer[] | undefined): Uint8Array {
  const parts = data === undefined ? [] : Array.isArray(data) ? data : [data];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return bytes;
}

function corrupt(found: string, cause?: unknown): SluiceError {
  return new SluiceError("artifact/corrupt", {
    found,
    expected: `an artifact of format "${tfArtifactFormat}" with ${topologyFile} and ${weightsFile}`,
    fix: "Restore the artifact, or register the model again.",
    cause,
  });
}
