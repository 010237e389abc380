import type { CellTag } from "../../core/cell-type.ts";
import type { Column } from "../../table/column.ts";
import { parseInstantInto } from "../../table/csv/parse-instant.ts";
import { type CellAdder, cellAdder } from "../../table/table-from-rows.ts";

/** The cell types that the built-in types of Postgres are read as, by object id; all others are text. */
const tags: ReadonlyMap<number, CellTag> = new Map<number, CellTag>([
  [16, "bool"],
  [20, "i64"],
  [21, "i32"],
  [23, "i32"],
  [26, "i64"],
  [700, "f64"],
  [701, "f64"],
  [1082, "instant"],
  [1114, "instant"],
  [1184, "instant"],
  [1700, "f64"],
]);

/** The cell type that a column is read as: text where that is wanted, else what its type holds. */
export function postgresTag(dataTypeId: number, wanted: CellTag): CellTag {
  return wanted === "utf8" ? "utf8" : (tags.get(dataTypeId) ?? "utf8");
}

/** A column from values that the server cast to text; tells of each that the cell type cannot hold, whose cell is then absent. */
export function postgresColumn(
  tag: CellTag,
  texts: readonly unknown[],
  bad: (row: number, found: string) => void,
): Column {
  const adder: CellAdder = cellAdder(tag);
  texts.forEach((text, row) => {
    if (adder.tryPush(text === null ? null : cellOf(tag, String(text)))) return;
    adder.tryPush(undefined);
    bad(row, String(text));
  });
  return adder.builder.finish();
}

const instant = new Float64Array(1);

function cellOf(tag: CellTag, text: string): unknown {
  switch (tag) {
    case "f64":
    case "i32":
      return Number(text);
    case "i64":
      return BigInt(text);
    case "bool":
      return text === "true";
    case "utf8":
      return text;
    case "instant": {
      // The session's zone is UTC, so a zone can only be +00.
      const bytes = new TextEncoder().encode(text.replace(/\+00$/, ""));
      return parseInstantInto(instant, 0, bytes, 0, bytes.length) ? instant[0] : text;
    }
  }
}
