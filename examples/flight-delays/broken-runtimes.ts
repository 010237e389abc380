// Two ways in which a model that passed every gate can still be broken live: its serving runtime spoils it after loading.
import type { ModelHandle, ModelRuntime } from "sluice/contracts";

type Predict = ModelHandle["predict"];
type Spoil = (handle: ModelHandle) => Predict;

/** A runtime that spoils the next model it loads, and no other. */
export interface LiveRuntime extends ModelRuntime {
  spoilNext(how: Spoil): void;
}

/** Wraps a runtime so that the next loaded model can be spoiled. */
export function liveRuntime(runtime: ModelRuntime): LiveRuntime {
  let next: Spoil | undefined;
  return {
    format: runtime.format,
    accepts: (model) => runtime.accepts(model),
    save: (model) => runtime.save(model),
    load: async (content) => {
      const how = next;
      next = undefined;
      const handle = await runtime.load(content);
      return how === undefined
        ? handle
        : { signature: handle.signature, predict: how(handle), dispose: () => handle.dispose() };
    },
    spoilNext: (how) => {
      next = how;
    },
  };
}

/** The model sees two of its inputs swapped. */
export function swapsInputs(first: number, second: number): Spoil {
  return (handle) => async (batch) => {
    const values = batch.values.slice();
    const width = handle.signature.inputWidth;
    for (let row = 0; row < batch.rows; row++) {
      values[row * width + first] = batch.values[row * width + second] ?? 0;
      values[row * width + second] = batch.values[row * width + first] ?? 0;
    }
    return await handle.predict({ rows: batch.rows, values });
  };
}

/** The model throws on about one request in `every`; which ones is told by their numbers, so that a retry throws again. */
export function throwsOnOneIn(every: number): Spoil {
  return (handle) => async (batch) => {
    const width = handle.signature.inputWidth;
    for (let row = 0; row < batch.rows; row++) {
      let mixed = 17;
      for (let i = 0; i < width; i++)
        mixed = Math.imul(mixed ^ Math.round((batch.values[row * width + i] ?? 0) * 1e6), 2654435761) >>> 0;
      if (mixed % every === 0) throw new Error("the model lost its connection to its lookup table");
    }
    return await handle.predict(batch);
  };
}
