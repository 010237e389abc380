import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { type ModelCounters, readCounters } from "../versions/model-row.ts";
import { requireModelName } from "../versions/version-key.ts";

const attempts = 16;

/**
 * Reads a model's records in several statements as if they were one: where they do not fit together because a transition came between, they
 * are read again. Only what does not fit while nothing moves is an error. `read` is told the model's counters from before, as `begin` has read them.
 */
export async function whileSettled<R>(
  options: RegistryOptions,
  model: string,
  read: (counters: ModelCounters) => Promise<R>,
): Promise<R>;
export async function whileSettled<R, B extends ModelCounters>(
  options: RegistryOptions,
  model: string,
  read: (before: B) => Promise<R>,
  begin: () => Promise<B>,
): Promise<R>;
export async function whileSettled<R>(
  options: RegistryOptions,
  model: string,
  read: (before: ModelCounters) => Promise<R>,
  begin: () => Promise<ModelCounters> = () => countersOf(options, model),
): Promise<R> {
  requireModelName(model);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await begin();
    try {
      return await read(before);
    } catch (error) {
      if (!isSluiceError(error) || (await countersOf(options, model)).revision === before.revision) throw error;
    }
  }
  throw new SluiceError("registry/conflict", {
    found: `"${model}" changed during each of ${attempts} readings`,
    expected: "a moment's quiet",
    fix: "Try again.",
  });
}

async function countersOf(options: RegistryOptions, model: string): Promise<ModelCounters> {
  return await readCounters(options.metadata.sql.withTables<RegistryTables>(), model);
}
