import type { Ref, RefStore } from "../../contracts/ref-store.ts";
import type { Digest } from "../../core/digest.ts";
import { requireRefName } from "../../core/ref-name.ts";

/**
 * A {@link RefStore} in memory, for tests.
 *
 * @example
 * ```ts
 * import { digestOf } from "sluice/core";
 * import { memoryRefs } from "sluice/backends/memory";
 * const refs = memoryRefs();
 * const [first, second] = [digestOf("first"), digestOf("second")];
 * await refs.compareAndSet("datasets/flights", undefined, first);
 * if (!(await refs.compareAndSet("datasets/flights", first, second))) throw new Error("nobody else moved it");
 * if (await refs.compareAndSet("datasets/flights", first, second)) throw new Error("it has moved meanwhile");
 * ```
 */
export function memoryRefs(): RefStore {
  const refs = new Map<string, Digest>();
  return {
    capabilities: { durable: false },
    read: async (name) => refs.get(requireRefName(name)),
    compareAndSet: async (name, expected, next) => {
      if (refs.get(requireRefName(name)) !== expected) return false;
      refs.set(name, next);
      return true;
    },
    delete: async (name) => {
      refs.delete(requireRefName(name));
    },
    list: (start) => listed(refs, start),
  };
}

async function* listed(refs: ReadonlyMap<string, Digest>, start: string): AsyncIterable<Ref> {
  for (const [name, digest] of [...refs].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (name.startsWith(start)) yield { name, digest };
}
