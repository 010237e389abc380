import type { DuckDBConnection } from "@duckdb/node-api";
import type { CellTag } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";

/** A column of a query's result, as it will be read. */
export interface QueryColumn {
  readonly name: string;
  readonly tag: CellTag;
}

/** A query rewritten so that every column has one of the few types that are read from raw vectors. */
export interface ReadableQuery {
  readonly sql: string;
  readonly columns: readonly QueryColumn[];
  /** The names of all columns of the query, wanted or not, in its order. */
  readonly allNames: readonly string[];
}

/** Identifies a name in SQL. */
function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal in SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Describes a query and wraps it with casts: integers up to 32 bits as INTEGER, wider ones as BIGINT (a value beyond it is an error),
 * decimals as DOUBLE, dates and timestamps as microseconds since the epoch (those without a zone are taken for UTC), enums as text.
 *
 * @param wanted - Only these columns, where the query has them; all when left out.
 *
 * Errors: `table/unsupported-type`, naming the column; what DuckDB says about the query.
 */
export async function readableQuery(
  connection: DuckDBConnection,
  sql: string,
  wanted?: readonly string[],
): Promise<ReadableQuery> {
  const inner = sql.trim().replace(/;+$/, "");
  const described = await connection.runAndReadAll(`DESCRIBE ${inner}`);
  const columns: QueryColumn[] = [];
  const selected: string[] = [];
  const allNames: string[] = [];
  for (const row of described.getRows()) {
    const name = String(row[0]);
    allNames.push(name);
    if (wanted !== undefined && !wanted.includes(name)) continue;
    const { tag, expression } = castOf(name, String(row[1]));
    columns.push({ name, tag });
    selected.push(`${expression} AS ${quoteName(name)}`);
  }
  if (columns.length === 0) {
    throw new SluiceError("data/missing-column", {
      found: `columns ${allNames.join(", ")}`,
      expected: `at least one of the columns ${(wanted ?? []).join(", ")}`,
      fix: "Name the columns as the schema does, for example with AS in SQL.",
    });
  }
  return { sql: `SELECT ${selected.join(", ")} FROM (${inner})`, columns, allNames };
}

function castOf(name: string, type: string): { readonly tag: CellTag; readonly expression: string } {
  const column = quoteName(name);
  if (/^(TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT)$/.test(type))
    return { tag: "i32", expression: `CAST(${column} AS INTEGER)` };
  if (/^(UINTEGER|BIGINT|UBIGINT|HUGEINT|UHUGEINT)$/.test(type))
    return { tag: "i64", expression: `CAST(${column} AS BIGINT)` };
  if (/^(FLOAT|DOUBLE|DECIMAL.*)$/.test(type)) return { tag: "f64", expression: `CAST(${column} AS DOUBLE)` };
  if (/^(DATE|TIMESTAMP.*)$/.test(type)) return { tag: "instant", expression: `epoch_us(${column})` };
  if (type === "BOOLEAN") return { tag: "bool", expression: column };
  if (type === "VARCHAR") return { tag: "utf8", expression: column };
  if (/^(ENUM.*|UUID)$/.test(type)) return { tag: "utf8", expression: `CAST(${column} AS VARCHAR)` };
  if (/^(FLOAT|DOUBLE|DECIMAL\(.*\)|U?TINYINT|U?SMALLINT|U?INTEGER)\[\d*\]$/.test(type))
    return { tag: "f64[]", expression: `CAST(CAST(${column} AS DOUBLE[]) AS VARCHAR)` };
  if (/^VARCHAR\[\d*\]$/.test(type)) return { tag: "utf8[]", expression: `CAST(to_json(${column}) AS VARCHAR)` };
  throw new SluiceError("table/unsupported-type", {
    found: `column "${name}" of DuckDB type ${type}`,
    expected:
      "numbers, text, enums, booleans, dates, timestamps, or lists of numbers (not of 64-bit integers) or of text",
    fix: "Cast the column in SQL, or leave it out of the query.",
  });
}
