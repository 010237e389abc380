// Two ways in which a model that passed every gate can still be broken live: its serving runtime spoils it after loading.
import type { ModelHandle, ModelRuntime } from "sluice/contracts";

/** A runtime whose loaded models see two of their inputs swapped. */
export function swapsTwoInputs(runtime: ModelRuntime, first: number, second: number): ModelRuntime {
  return spoil(runtime, (handle) => async (batch) => {
    const values = batch.values.slice();
    const width = handle.signature.inputWidth;
    for (let row = 0; row < batch.rows; row++) {
      const a = row * width + first;
      const b = row * width + second;
      values[a] = batch.values[b] ?? 0;
      values[b] = batch.values[a] ?? 0;
    }
    return await handle.predict({ rows: batch.rows, values });
  });
}

/** A runtime whose loaded models throw on about one request in `every`, told by the request's own numbers, so that a retry throws again. */
export function throwsOnSome(runtime: ModelRuntime, every: number): ModelRuntime {
  return spoil(runtime, (handle) => async (batch) => {
    const width = handle.signature.inputWidth;
    for (let row = 0; row < batch.rows; row++) {
      let mixed = 17;
      for (let i = 0; i < width; i++)
        mixed = Math.imul(mixed ^ Math.round((batch.values[row * width + i] ?? 0) * 1e6), 2654435761) >>> 0;
      if (mixed % every === 0) throw new Error("the model lost its connection to its lookup table");
    }
    return await handle.predict(batch);
  });
}

function spoil(runtime: ModelRuntime, predict: (handle: ModelHandle) => ModelHandle["predict"]): ModelRuntime {
  return {
    format: runtime.format,
    accepts: (model) => runtime.accepts(model),
    save: (model) => runtime.save(model),
    load: async (content) => {
      const handle = await runtime.load(content);
      return { signature: handle.signature, predict: predict(handle), dispose: () => handle.dispose() };
    },
  };
}
