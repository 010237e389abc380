import type { ColumnTypes } from "../../core/cell-type.ts";
import type { EntityDefinition } from "../../contracts/feature-definition.ts";
import { definitionError, requireName } from "./definition-error.ts";

const namingKeys = "Name the key columns with their types, as in { depot: t.utf8 }.";

/**
 * Defines what features describe, by its key columns. Keys are never null.
 *
 * Errors: `definition/invalid` for no key, a nullable key, a list as key, or an unusable name.
 *
 * @example
 * ```ts
 * import { entity, t } from "sluice/features";
 * const route = entity("route", { origin: t.utf8, destination: t.utf8 });
 * if (Object.keys(route.keys).length !== 2) throw new Error("two keys expected");
 * ```
 */
export function entity<const N extends string, K extends ColumnTypes>(name: N, keys: K): EntityDefinition<N, K> {
  const label = `entity "${name}"`;
  requireName(label, name);
  const entries = Object.entries(keys ?? {});
  if (entries.length === 0) throw definitionError(label, "no key", "at least one key column", namingKeys);
  for (const [key, type] of entries) {
    if (type?.tag === undefined)
      throw definitionError(label, `the key "${key}" without a type`, "a key column and its type", namingKeys);
    if (type.nullable) {
      throw definitionError(label, `the nullable key "${key}"`, "a key that is never null", "Use the type itself.");
    }
  }
  const list = entries.find(([, { tag }]) => tag === "f64[]" || tag === "utf8[]");
  if (list !== undefined) {
    throw definitionError(
      label,
      `the key "${list[0]}" of type ${list[1].tag}`,
      "a single value",
      "Name another column.",
    );
  }
  return { kind: "entity", name, keys };
}
