import { seededRandom } from "../../src/core/random.ts";
import type { RowFault } from "../../src/contracts/row-fault.ts";
import { SchemaValidator } from "../../src/data/schema/schema-validator.ts";
import { cellState, type Column } from "../../src/table/column.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { z } from "zod";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";
import { issuesInDuckDb } from "./validate-in-duckdb.ts";

// A million rows of ten columns with one bad row in a hundred: compiled loops with the issues of every bad row, beside zod row by row on
// ready objects, and beside DuckDB finding the same issues (row, column and code of each) in SQL.

const rows = 1_000_000;

export const schema = z.object({
  id: z.int().min(0),
  price: z.number().min(0).max(1000),
  pack: z.number().int().multipleOf(5),
  at: z.date().min(new Date(0)),
  account: z
    .bigint()
    .min(0n)
    .max(2n ** 62n),
  delay: z.number().min(-60).max(600).nullable(),
  open: z.boolean(),
  carrier: z.enum(["AA", "DL", "UA", "WN"]),
  code: z.string().regex(/^[A-Z]{3}\d{3}$/),
  note: z.string().max(12).nullable(),
});

function numbers(value: (row: number) => number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: rows }, (_, row) => value(row));
}

function texts(count: number, name: (i: number) => string, code: (row: number) => number): Column {
  return {
    tag: "utf8",
    values: Int32Array.from({ length: rows }, (_, row) => code(row)),
    dictionary: Array.from({ length: count }, (_, i) => name(i)),
  };
}

/** A thousand bad cells a column, so that one row in a hundred is bad. */
export function benchTable(): Table {
  const random = seededRandom("validate");
  const bad = Array.from({ length: 10 }, () => new Set(Array.from({ length: 1000 }, () => random.int(rows))));
  const is = (column: number, row: number): boolean => bad[column]?.has(row) === true;
  const nulls = (): Uint8Array =>
    Uint8Array.from({ length: rows }, () => (random.int(20) === 0 ? cellState.null : cellState.present));
  const codes = 20_000;
  return makeTable({
    id: { tag: "f64", values: numbers((row) => (is(0, row) ? -1 : row)) },
    price: { tag: "f64", values: numbers((row) => (is(1, row) ? 2000 : random.next() * 1000)) },
    pack: { tag: "f64", values: numbers((row) => random.int(100) * 5 + (is(2, row) ? 1 : 0)) },
    at: { tag: "instant", values: numbers((row) => (is(3, row) ? -1 : 1.6e12 + row * 1000)) },
    account: {
      tag: "i64",
      values: BigInt64Array.from({ length: rows }, (_, row) => (is(4, row) ? -5n : BigInt(random.int(1e9)) << 20n)),
    },
    delay: { tag: "f64", values: numbers((row) => (is(5, row) ? 9999 : random.int(600) - 50)), states: nulls() },
    open: { tag: "bool", values: Uint8Array.from({ length: rows }, () => random.int(2)) },
    carrier: texts(
      5,
      (i) => ["AA", "DL", "UA", "WN", "??"][i] ?? "",
      (row) => (is(7, row) ? 4 : random.int(4)),
    ),
    code: texts(
      codes + 1,
      (i) => (i === codes ? "bad" : `${letters(i)}${String(i % 1000).padStart(3, "0")}`),
      (row) => (is(8, row) ? codes : random.int(codes)),
    ),
    note: {
      ...texts(
        5001,
        (i) => (i === 5000 ? "much too long a note" : `note ${i}`),
        (row) => (is(9, row) ? 5000 : random.int(5000)),
      ),
      states: nulls(),
    },
  });
}

function letters(i: number): string {
  return String.fromCharCode(65 + (i % 26), 65 + (Math.floor(i / 26) % 26), 65 + (Math.floor(i / 676) % 26));
}

/** Measures validation, and reports it against its targets. */
export async function benchValidation(bench: string): Promise<void> {
  const table = benchTable();
  const validator = new SchemaValidator({ name: "bench", schema });
  let rejected: readonly RowFault[] = [];
  const ours = await bestMs(() => {
    rejected = validator.validate(table).rejected;
  }, 9);
  const refused = rejected.length;
  const issues = rejected.flatMap((fault) => fault.issues.map(({ path, code }) => `${fault.row} ${path}: ${code}`));
  const half = halfBad(table);
  const halfMs = await bestMs(() => keep(validator.validate(half).rejected.length), 3);
  const objects = tableToRows(table).map((row) => ({ ...row, at: new Date(Number(row["at"])) }));
  const byZod = await bestMs(() => {
    let bad = 0;
    for (const row of objects) if (!schema.safeParse(row).success) bad++;
    if (bad !== refused) throw new Error(`zod refuses ${bad} rows, the loops ${refused}`);
  }, 3);
  const duck = await issuesInDuckDb(table);
  if (duck.issues.size !== issues.length || !issues.every((issue) => duck.issues.has(issue)))
    throw new Error(`DuckDB finds ${duck.issues.size} issues, the loops ${issues.length}, or others`);
  report({
    bench,
    case: `validate 1M rows x 10 columns, ${issues.length} issues worded`,
    value: ours,
    unit: "ms",
    atMost: 95,
  });
  report({ bench, case: "validation beside zod row by row, times", value: byZod / ours, unit: "x", atLeast: 14 });
  report({
    bench,
    case: "validation beside the same checks and issues in DuckDB SQL (2 threads), times",
    value: duck.ms / ours,
    unit: "x",
    atLeast: 1.2,
  });
  report({
    bench,
    case: "validate 1M rows of which half are bad, issues worded",
    value: halfMs,
    unit: "ms",
    baseline: byZod,
  });
}

function halfBad(table: Table): Table {
  const price = numbers((row) => (row % 2 === 0 ? 2000 : 1));
  return makeTable({ ...table.columns, price: { tag: "f64", values: price } });
}
