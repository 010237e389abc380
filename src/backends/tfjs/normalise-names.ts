import type { JsonValue } from "../../core/canonical-json.ts";

interface NamedSpec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: string;
}

/** A topology and its weights under names that do not depend on how many layers the process had made before. */
export interface NormalisedModel {
  readonly topology: JsonValue;
  readonly specs: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
}

type JsonObject = { readonly [key: string]: JsonValue | undefined };

/** Keys under which a topology refers to a layer by name: lists whose innermost arrays begin with it. */
const referenceKeys: ReadonlySet<string> = new Set(["inbound_nodes", "input_layers", "output_layers"]);

/**
 * Renames models and layers in the order of their appearance (`layer_0`, `layer_1`, …), in the topology, in the references between
 * layers and in the weights' names. TensorFlow.js numbers unnamed layers by a counter of the process; the same network would
 * otherwise have other bytes each time it is built.
 */
export function normaliseNames(topology: JsonValue, specs: readonly NamedSpec[]): NormalisedModel {
  const names = new Map<string, string>();
  collect(topology, names);
  return {
    topology: renamed(topology, names),
    specs: specs.map((spec) => ({ ...spec, name: renamedWeight(spec.name, names) })),
  };
}

/** A layer or model is an object with `class_name` and a `config` that has a `name`. */
function collect(value: JsonValue | undefined, names: Map<string, string>): void {
  if (isArray(value)) {
    for (const item of value) collect(item, names);
  } else if (isObject(value)) {
    const config = value["config"];
    const name = isObject(config) ? config["name"] : undefined;
    if (typeof value["class_name"] === "string" && typeof name === "string" && !names.has(name)) {
      names.set(name, `layer_${names.size}`);
    }
    for (const key of Object.keys(value).sort()) collect(value[key], names);
  }
}

function renamed(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (isArray(value)) return value.map((item) => renamed(item, names));
  if (!isObject(value)) return value;
  const result: { [key: string]: JsonValue } = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (key === "name" && typeof member === "string") result[key] = names.get(member) ?? member;
    else result[key] = referenceKeys.has(key) ? renamedReference(member, names) : renamed(member, names);
  }
  return result;
}

function renamedReference(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (!isArray(value)) return value;
  return value.map((item, i) => {
    if (i === 0 && typeof item === "string") return names.get(item) ?? item;
    return renamedReference(item, names);
  });
}

/** A weight is named `layer/weight`; the longest layer name that fits wins, as names may hold slashes themselves. */
function renamedWeight(name: string, names: ReadonlyMap<string, string>): string {
  for (let slash = name.lastIndexOf("/"); slash > 0; slash = name.lastIndexOf("/", slash - 1)) {
    const layer = names.get(name.slice(0, slash));
    if (layer !== undefined) return layer + name.slice(slash);
  }
  return name;
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
