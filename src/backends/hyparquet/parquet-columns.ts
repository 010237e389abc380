import type { FileMetaData, SchemaElement } from "hyparquet";
import type { CellTag } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";

/** How a column of a Parquet file is read. */
export interface ParquetColumn {
  readonly name: string;
  readonly tag: CellTag;
  /** The cell of a value as hyparquet gives it. */
  cell(value: unknown): unknown;
}

/** The wanted columns of a file, and the names of all. Throws `data/malformed-source` (a name twice), `table/unsupported-type`. */
export function parquetColumns(
  { schema }: FileMetaData,
  wanted: readonly string[],
  path: string,
): { readonly columns: readonly ParquetColumn[]; readonly sourceColumns: readonly string[] } {
  const top = topLevel(schema);
  const sourceColumns = top.map(({ name }) => name);
  const repeated = [...new Set(sourceColumns.filter((name, i) => sourceColumns.indexOf(name) !== i))];
  if (repeated.length > 0) {
    throw new SluiceError("data/malformed-source", {
      found: `more than one column named ${repeated.map((name) => JSON.stringify(name)).join(", ")} in ${path}`,
      expected: "different names",
      fix: "Rename all but one of them.",
    });
  }
  const columns = top.filter(({ name }) => wanted.includes(name)).map((element) => columnOf(element));
  return { columns, sourceColumns };
}

/** The elements below the root; the schema is a tree in depth-first order. */
function topLevel(schema: readonly SchemaElement[]): SchemaElement[] {
  const found: SchemaElement[] = [];
  const skip = (at: number): number => {
    let next = at + 1;
    for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = skip(next);
    return next;
  };
  for (let at = 1; at < schema.length; at = skip(at)) {
    const element = schema[at];
    if (element !== undefined) found.push(element);
  }
  return found;
}

const same = (value: unknown): unknown => value;

function columnOf(element: SchemaElement): ParquetColumn {
  const { name, type, converted_type: converted, logical_type: logical } = element;
  const isText = converted === "UTF8" || converted === "ENUM" || logical?.type === "STRING" || logical?.type === "UUID";
  if ((element.num_children ?? 0) > 0 || element.repetition_type === "REPEATED") throw unsupported(element);
  if (converted === "DECIMAL" || logical?.type === "DECIMAL") return { name, tag: "f64", cell: Number };
  if (
    converted === "DATE" ||
    logical?.type === "DATE" ||
    /^TIMESTAMP/.test(converted ?? "") ||
    logical?.type === "TIMESTAMP" ||
    type === "INT96"
  )
    return { name, tag: "instant", cell: same };
  if (isText) return { name, tag: "utf8", cell: same };
  switch (type) {
    case "BOOLEAN":
      return { name, tag: "bool", cell: same };
    case "INT32":
      return converted === "UINT_32" ? { name, tag: "i64", cell: same } : { name, tag: "i32", cell: same };
    case "INT64":
      return { name, tag: "i64", cell: same };
    case "FLOAT":
    case "DOUBLE":
      return { name, tag: "f64", cell: same };
    default:
      throw unsupported(element);
  }
}

function unsupported({ name, type, converted_type: converted, logical_type: logical }: SchemaElement): SluiceError {
  return new SluiceError("table/unsupported-type", {
    found: `column "${name}" of Parquet type ${[type, converted, logical?.type].filter(Boolean).join(" ") || "group"}`,
    expected: "numbers, text, booleans, dates or timestamps",
    fix: "Read the file by DuckDB with a cast, or leave the column out.",
  });
}
