import type { ArtifactContent } from "../../contracts/artifact.ts";
import type { ModelBatch, ModelHandle, ModelRuntime, ModelSignature } from "../../contracts/model-runtime.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { nonFiniteIn } from "../../core/non-finite.ts";

/** What a {@link functionRuntime} is made of: pure functions of the weights; only the weights are stored. */
export interface FunctionRuntimeOptions<M> {
  /** The artifact format, as in `sluice-linear`; name another one whenever `predict` changes its meaning. */
  readonly format: string;
  /** Tells whether a value is a model of this kind; also judges what was read back from a store. */
  accepts(model: unknown): model is M;
  /** The model as JSON. */
  toJson(model: M): JsonValue;
  /** What the model takes and gives. */
  signature(model: M): ModelSignature;
  /** Predicts a batch: fills `output`, `rows × outputWidth` doubles, row-major. */
  predict(model: M, batch: ModelBatch, output: Float64Array): void;
}

const file = "model.json";

/**
 * A model runtime without an engine: the artifact is the weights as canonical JSON, the prediction a function of this process.
 *
 * @example
 * ```ts
 * import { functionRuntime } from "sluice/backends/function";
 * interface Scale { readonly factor: number }
 * const isScale = (value: unknown): value is Scale => typeof value === "object" && value !== null && "factor" in value;
 * const runtime = functionRuntime<Scale>({
 *   format: "scale-v1",
 *   accepts: isScale,
 *   toJson: ({ factor }) => ({ factor }),
 *   signature: () => ({ inputWidth: 1, outputWidth: 1 }),
 *   predict: ({ factor }, { rows, values }, output) => {
 *     for (let i = 0; i < rows; i++) output[i] = factor * (values[i] ?? NaN);
 *   },
 * });
 * const handle = await runtime.load(await runtime.save({ factor: 2 }));
 * const [twice] = await handle.predict({ rows: 1, values: Float64Array.of(21) });
 * if (twice !== 42) throw new Error("not doubled");
 * ```
 */
export function functionRuntime<M>(options: FunctionRuntimeOptions<M>): ModelRuntime {
  return {
    format: options.format,
    accepts: (model) => options.accepts(model),
    save: async (model) => save(options, model),
    load: async (content) => handleOf(options, readModel(options, content)),
  };
}

function save<M>(options: FunctionRuntimeOptions<M>, model: unknown): ArtifactContent {
  if (!options.accepts(model)) {
    const nonFinite = nonFiniteIn(model);
    throw new SluiceError("argument/invalid", {
      found: `a value that is no model of the format "${options.format}"${nonFinite === undefined ? "" : `: non-finite weights (${nonFinite})`}`,
      expected: `a model that this runtime accepts`,
      fix:
        nonFinite === undefined
          ? "Save it with the runtime of its own kind."
          : "Look for a NaN in the training data, or a training that diverged.",
    });
  }
  const bytes = new TextEncoder().encode(canonicalJson(options.toJson(model)));
  return { format: options.format, files: [{ path: file, bytes }] };
}

function readModel<M>(options: FunctionRuntimeOptions<M>, content: ArtifactContent): M {
  const stored = content.files.find(({ path }) => path === file);
  if (content.format !== options.format || stored === undefined) {
    throw corrupt(
      options.format,
      `format "${content.format}" with the files ${content.files.map(({ path }) => path).join(", ")}`,
    );
  }
  let model: unknown;
  try {
    model = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(stored.bytes));
  } catch (cause) {
    throw corrupt(options.format, `${file} that is no JSON`, cause);
  }
  if (!options.accepts(model)) throw corrupt(options.format, `${file} that holds no such model`);
  return model;
}

function handleOf<M>(options: FunctionRuntimeOptions<M>, model: M): ModelHandle {
  const signature = options.signature(model);
  return {
    signature,
    predict: async (batch) => {
      if (batch.values.length !== batch.rows * signature.inputWidth) {
        throw new SluiceError("argument/invalid", {
          found: `${batch.values.length} values for ${batch.rows} rows`,
          expected: `${signature.inputWidth} values a row`,
          fix: "Pass rows × inputWidth values, row by row.",
        });
      }
      const output = new Float64Array(batch.rows * signature.outputWidth);
      options.predict(model, batch, output);
      return output;
    },
    dispose: async () => undefined,
  };
}

function corrupt(format: string, found: string, cause?: unknown): SluiceError {
  return new SluiceError("artifact/corrupt", {
    found,
    expected: `an artifact of format "${format}" with ${file}`,
    fix: "Load it with the runtime that saved it, or restore the artifact.",
    cause,
  });
}
