import type { ModelHandle } from "../../contracts/model-runtime.ts";
import type { WorkOptions } from "../../core/progress.ts";

const batchRows = 8192;

/** One output of a model over dense vectors, batch by batch. */
export async function predictRows(
  handle: ModelHandle,
  vectors: Float64Array,
  output: number,
  options: WorkOptions = {},
): Promise<Float64Array> {
  const { inputWidth, outputWidth } = handle.signature;
  const total = inputWidth === 0 ? 0 : vectors.length / inputWidth;
  const predictions = new Float64Array(total);
  for (let from = 0; from < total; from += batchRows) {
    options.signal?.throwIfAborted();
    const rows = Math.min(batchRows, total - from);
    const numbers = await handle.predict({
      rows,
      values: vectors.subarray(from * inputWidth, (from + rows) * inputWidth),
    });
    for (let i = 0; i < rows; i++) predictions[from + i] = numbers[i * outputWidth + output] ?? Number.NaN;
    options.onProgress?.({ stage: "evaluating", done: from + rows, total, unit: "rows" });
  }
  return predictions;
}
