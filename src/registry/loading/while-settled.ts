import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { type ModelCounters, readCounters } from "../versions/model-row.ts";
import { requireModelName } from "../versions/version-key.ts";

const attempts = 16;

/**
 * Reads a model's records in several statements as if they were one: where they do not fit together because a transition came between, they
 * are read again. Only what does not fit while nothing moves is an error. `read` is told the model's counters from before.
 */
export async function whileSettled<R>(
  options: RegistryOptions,
  model: string,
  read: (counters: ModelCounters) => Promise<R>,
): Promise<R> {
  requireModelName(model);
  const counters = (): Promise<ModelCounters> => readCounters(options.metadata.sql.withTables<RegistryTables>(), model);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await counters();
    try {
      return await read(before);
    } catch (error) {
      if (!isSluiceError(error) || (await counters()).revision === before.revision) throw error;
    }
  }
  throw new SluiceError("registry/conflict", {
    found: `"${model}" changed during each of ${attempts} readings`,
    expected: "a moment's quiet",
    fix: "Try again.",
  });
}
