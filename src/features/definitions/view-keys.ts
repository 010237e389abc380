import type { ColumnType, ColumnTypes } from "../../core/cell-type.ts";
import type { WindowedBody } from "../../contracts/feature-definition.ts";
import { definitionError } from "./definition-error.ts";
import { keyColumn } from "./key-column.ts";

/** The keys of a view's entities. Errors: `definition/invalid` for one that the source does not have as such. */
export function viewKeys(label: string, { entities, source, keyColumns }: WindowedBody): ColumnTypes {
  // What the types promise, a plain-JavaScript caller may have forgotten.
  const given: unknown = entities;
  if (!Array.isArray(given))
    throw definitionError(
      label,
      entities === undefined ? "no entities" : "entities that are no list",
      "what it describes",
      "Pass entities: […], or [] if that is everything alike.",
    );
  const keys: { [name: string]: ColumnType } = {};
  const taken = new Map<string, string>();
  for (const definition of entities) {
    if (definition?.keys === undefined)
      throw definitionError(
        label,
        `the entity ${JSON.stringify(definition)}`,
        "a definition",
        'Pass what entity() made, as entity("depot", { depot: t.utf8 }).',
      );
    for (const [key, type] of Object.entries(definition.keys)) {
      if (Object.hasOwn(keys, key))
        throw definitionError(label, `the key "${key}" twice`, "each key once", "Drop one of the entities.");
      const column = keyColumn({ keyColumns }, key);
      requireKeyColumn(label, { key, type, column, source });
      const other = taken.get(column);
      if (other !== undefined)
        throw definitionError(
          label,
          `the keys "${other}" and "${key}", both of column "${column}"`,
          "a column for each",
          "Map one of them to another column.",
        );
      taken.set(column, key);
      keys[key] = type;
    }
  }
  const unknown = Object.keys(keyColumns).find((key) => !Object.hasOwn(keys, key));
  if (unknown !== undefined)
    throw definitionError(
      label,
      `a column for "${unknown}", which is no key`,
      `keys: ${Object.keys(keys).join(", ") || "none"}`,
      "Map entity keys to columns: { key: column }.",
    );
  return keys;
}

interface KeyOfColumn {
  readonly key: string;
  readonly type: ColumnType;
  readonly column: string;
  readonly source: WindowedBody["source"];
}

function requireKeyColumn(label: string, { key, type, column, source }: KeyOfColumn): void {
  const columns: ColumnTypes = source.columns;
  const found = Object.hasOwn(columns, column) ? columns[column] : undefined;
  if (found?.tag === type.tag) return;
  const named = column === key ? `the key "${key}"` : `the key "${key}", by column "${column}"`;
  if (found === undefined)
    throw definitionError(
      label,
      `${named}, which dataset "${source.name}" lacks`,
      `one of its columns: ${Object.keys(columns).join(", ")}`,
      "Name entity keys as the source does, or map them with keyColumns: { key: column }.",
    );
  throw definitionError(
    label,
    `${named} of type ${type.tag}`,
    `the column's type ${found.tag}`,
    "Give entity keys the types of the source.",
  );
}
