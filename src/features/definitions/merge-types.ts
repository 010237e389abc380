import type { ColumnType, ColumnTypes } from "../../core/cell-type.ts";
import { definitionError } from "./definition-error.ts";

/** Several lists of columns as one. Throws `definition/invalid` where one name has two types. */
export function mergeTypes(label: string, lists: readonly ColumnTypes[]): ColumnTypes {
  const merged: { [name: string]: ColumnType } = {};
  for (const types of lists) {
    for (const [name, type] of Object.entries(types)) {
      const known = Object.hasOwn(merged, name) ? merged[name] : undefined;
      if (
        known !== undefined &&
        (known.tag !== type.tag || known.nullable !== type.nullable || known.size !== type.size)
      ) {
        throw definitionError(
          label,
          `"${name}" as ${textOf(known)} and as ${textOf(type)}`,
          "one type for one name",
          "Rename one of them.",
        );
      }
      merged[name] = type;
    }
  }
  return merged;
}

function textOf({ tag, size }: ColumnType): string {
  return size === undefined ? tag : `${tag} of ${size}`;
}
