import type { ModelHandle } from "../../contracts/model-runtime.ts";
import type { WorkOptions } from "../../core/progress.ts";

const batchRows = 8192;

/** Some outputs of a model over dense vectors, batch by batch: row-major, as many numbers a row as outputs are named. */
export async function predictRows(
  handle: ModelHandle,
  vectors: Float64Array,
  outputs: readonly number[],
  options: WorkOptions = {},
): Promise<Float64Array> {
  const { inputWidth, outputWidth } = handle.signature;
  const total = inputWidth === 0 ? 0 : vectors.length / inputWidth;
  const width = outputs.length;
  const predictions = new Float64Array(total * width);
  for (let from = 0; from < total; from += batchRows) {
    options.signal?.throwIfAborted();
    const rows = Math.min(batchRows, total - from);
    const numbers = await handle.predict({
      rows,
      values: vectors.subarray(from * inputWidth, (from + rows) * inputWidth),
    });
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < width; j++)
        predictions[(from + i) * width + j] = numbers[i * outputWidth + (outputs[j] as number)] ?? Number.NaN;
    options.onProgress?.({ stage: "predicting", done: from + rows, total, unit: "rows" });
  }
  return predictions;
}
