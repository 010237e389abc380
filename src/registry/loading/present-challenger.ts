import { SluiceError } from "../../core/errors.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { newestCandidate, readAliases } from "../versions/aliases.ts";
import { readVersion, type StoredVersion, tampered } from "../versions/version-table.ts";

/** The number of the newest candidate, as the alias `challenger` and the stages say alike. Errors: `registry/tampered`. */
export async function challengerOf(options: RegistryOptions, model: string): Promise<number | undefined> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { challenger } = await readAliases(sql, model);
  const newest = await newestCandidate(sql, model);
  if (challenger === newest) return challenger;
  throw tampered(
    `${model}@${challenger ?? "-"}`,
    `the alias "challenger" points at ${challenger ?? "nothing"}, the newest candidate is ${newest ?? "none"}`,
  );
}

/** The newest candidate. Errors: `registry/not-found` where there is none, `registry/tampered`. */
export async function presentChallenger(options: RegistryOptions, model: string): Promise<StoredVersion> {
  const version = await challengerOf(options, model);
  if (version === undefined) {
    throw new SluiceError("registry/not-found", {
      found: `no candidate of "${model}"`,
      expected: "a challenger",
      fix: "Promote a version to candidate.",
    });
  }
  const sql = options.metadata.sql.withTables<RegistryTables>();
  return await readVersion(sql, { name: model, version }, options.verifier);
}
