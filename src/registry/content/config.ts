import type { z } from "zod";
import type { ConfigDefinition } from "../../contracts/content-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import { requireSchema, requireService } from "../require-definition.ts";
import { requireContentName } from "./content-name.ts";

/** What a configuration is made of. */
export interface ConfigOptions<T> {
  /** What a value must be; it is checked now, and whenever a version is loaded. */
  readonly schema: z.core.$ZodType<T>;
  /** The value: JSON. */
  readonly value: NoInfer<T>;
}

const optionNames: OptionNames<ConfigOptions<unknown>> = { schema: "required", value: "required" };

/**
 * Defines a configuration, as the thresholds of decisions: register it as a version, promote it through gates, and load it by alias, as a model.
 * Errors: `definition/invalid` (a name, a value that the schema refuses or that is no JSON).
 *
 * @param name letters, digits, `.`, `_` and `-`, at most 128, beginning with a letter or digit
 *
 * @example
 * ```ts
 * import { config } from "sluice/registry";
 * import { z } from "zod";
 * const limits = config("limits", { schema: z.object({ warnAt: z.number() }), value: { warnAt: 0.7 } });
 * if (limits.read({ warnAt: 0.8 }).warnAt !== 0.8) throw new Error("typed by the schema");
 * ```
 */
export function config<const N extends string, T>(name: N, options: ConfigOptions<T>): ConfigDefinition<N, T> {
  requireContentName("config", name);
  requireOptions(`config(${JSON.stringify(name)})`, options, optionNames, "definition/invalid");
  requireSchema(`config(${JSON.stringify(name)})`, "schema", options.schema);
  const read = (value: JsonValue): T => parsed(name, options.schema, value);
  const value = jsonValue(name, options.value);
  try {
    read(value);
  } catch (error) {
    throw isSluiceError(error) ? invalid(error.found) : invalid(`${String(error)} for the config "${name}"`);
  }
  return { kind: "config", name, value, read };
}

/**
 * A feature service as a configuration: its features with their types, and its hashes. Loading it refuses a version of another definition, so that who
 * serves by it is sure of what was approved. Errors: `definition/invalid` for a name.
 */
export function featureServiceConfig<const N extends string>(
  name: N,
  service: ServiceDefinition,
): ConfigDefinition<N, { readonly name: string; readonly hash: string; readonly schemaHash: string }> {
  requireContentName("config", name);
  requireService(`featureServiceConfig(${JSON.stringify(name)})`, service);
  const { hash, schemaHash } = service;
  const features = service.features.map((feature) => ({ name: feature.name, type: jsonOf(feature.type) }));
  const value = { service: service.name, hash, schemaHash, features, input: jsonOf(service.input) };
  return {
    kind: "config",
    name,
    value,
    read: (stored) => {
      if (canonicalJson(stored) === canonicalJson(value)) return { name: service.name, hash, schemaHash };
      throw conflict(name, `another definition of the feature service "${service.name}" than is registered`);
    },
  };
}

function parsed<T>(name: string, schema: z.core.$ZodType<T>, value: JsonValue): T {
  const result = schema._zod.run({ value, issues: [] }, { async: false });
  if (result instanceof Promise) throw conflict(name, "an asynchronous schema");
  const [issue] = result.issues;
  if (issue !== undefined)
    throw conflict(name, `a value that the schema refuses at "${(issue.path ?? []).join(".")}" (${issue.code})`);
  // The schema itself has just said that this value is a T; zod's payload is typed as unknown.
  const typed = result.value as T;
  return typed;
}

function jsonValue(name: string, value: unknown): JsonValue {
  try {
    return JSON.parse(canonicalJson(jsonOf(value)));
  } catch (error) {
    throw invalid(`a value that is no JSON (${String(error)}), in the config "${name}"`);
  }
}

function invalid(found: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found,
    expected: "a JSON value that its schema takes",
    fix: "Let value and schema agree.",
  });
}

function conflict(name: string, found: string): SluiceError {
  return new SluiceError("definition/conflict", {
    found: `${found}, in the config "${name}"`,
    expected: "a value of this definition",
    fix: "Load a version that fits, or define it as it is registered.",
  });
}
