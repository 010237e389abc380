import { concatTables } from "../../table/concat-tables.ts";
import type { Table } from "../../table/table.ts";
import { queryBatches } from "./duckdb-source.ts";

/**
 * The rows of a DuckDB query as one table in memory, its columns typed as DuckDB types them: a sample of a file without a schema, for
 * `inferSchema` and `suggestChecks`, or a look at one. Needs `@duckdb/node-api`.
 *
 * Errors: `argument/invalid` for a query that cannot run, `io/failed`, `data/malformed-source`, `table/unsupported-type`,
 * `optional-dependency/missing`; the signal's reason.
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { queryTable } from "sluice/backends/duckdb";
 * import { inferSchema } from "sluice/data";
 * const path = join(await mkdtemp(join(tmpdir(), "sample-")), "trips.csv");
 * await writeFile(path, "left,km\n2026-01-01 08:00:00,12\n2026-01-01 09:00:00,\n");
 * const source = inferSchema(await queryTable(`select * from '${path}' limit 10000`));
 * if (!source.includes("left: z.date(),") || !source.includes("km: z.number().int().nullable(),")) throw new Error(source);
 * ```
 */
export async function queryTable(sql: string, options: { readonly signal?: AbortSignal } = {}): Promise<Table> {
  const tables: Table[] = [];
  for await (const { table } of queryBatches(sql, "sql", undefined, options.signal)) tables.push(table);
  return concatTables(tables);
}
