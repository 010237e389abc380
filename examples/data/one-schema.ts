// One zod schema, two engines: columns are judged in compiled loops, a record by itself, and both say what zod says.
import { performance } from "node:perf_hooks";
import { queryTable } from "sluice/backends/duckdb";
import { validateRow, validateTable } from "sluice/data";
import { rowAt, type Table, tableToRows } from "sluice/table";
import { z } from "zod";
import { expect, flightsFile } from "./shared/flights.ts";

// Coercion, transforms, defaults and unions are judged too: by zod, once a distinct value or a cell.
const schema = z.object({
  flight: z.number().int(),
  date: z.date(),
  delay: z.number().min(-60).max(600),
  distance: z.coerce.number().positive(),
  origin: z.enum(["ATL", "ORD", "DFW", "LAX"]).or(z.string().length(3)),
  destination: z
    .string()
    .transform((code) => code.toLowerCase())
    .pipe(z.string()),
  airline: z.string().default("unknown"),
});
// A rule about the row as a whole: rows are judged one by one then.
const noCircle = schema.refine(({ origin, destination }) => origin.toLowerCase() !== destination, "a round trip");

/** Judges a table by columns and again row by row, and holds the two against each other. */
function compare(name: string, by: z.ZodType, table: Table): void {
  let start = performance.now();
  const verdict = validateTable(by, table);
  const { length: accepted } = verdict.acceptedRows;
  console.log(`${name}: ${accepted} of ${table.rowCount} rows accepted in ${ms(start)}`, verdict.issueCounts);
  console.table(verdict.judged);

  start = performance.now();
  const refused = new Map(verdict.rejected.map(({ row, issues }) => [row, JSON.stringify(issues)]));
  for (const [row, record] of tableToRows(table, { instants: "date" }).entries()) {
    const one = validateRow(by, record);
    expect(one.ok !== refused.has(row), `row ${row} has one verdict`);
    if (!one.ok) expect(refused.get(row) === JSON.stringify(one.issues), `row ${row} has the same issues`);
    else expect(JSON.stringify(one.value) === outputAt(verdict.table, row), `row ${row} comes out the same`);
  }
  console.log(`row by row: the same verdicts, issues and outputs in ${ms(start)}\n`);
}

function ms(start: number): string {
  return `${(performance.now() - start).toFixed(0)} ms`;
}

/** A judged row as JSON, in the schema's order. */
function outputAt(table: Table, row: number): string {
  const { date, ...rest } = rowAt(table, row);
  const own: { [name: string]: unknown } = { ...rest, date: new Date(Number(date)) };
  return JSON.stringify(Object.fromEntries(Object.keys(schema.shape).map((name) => [name, own[name]])));
}

// A day of real flights, some of them spoilt.
const table = await queryTable(`
  select cast(file_row_number as double) as flight, date, cast(delay as double) as delay,
         case when file_row_number % 500 = 0 then -distance else distance end as distance,
         case when file_row_number % 700 = 0 then 'nowhere' else origin end as origin, destination
  from read_parquet('${flightsFile}', file_row_number = true)
  where date >= timestamp '2001-01-08' and date < timestamp '2001-01-09' order by flight`);
compare("by columns", schema, table);
compare("a rule about whole rows", noCircle, table);

const [bad] = validateTable(schema, table).rejected;
const record = tableToRows(table, { instants: "date" })[bad?.row ?? 0];
const own = schema.safeParse(record);
console.log(
  "and zod itself, of row",
  bad?.row,
  own.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
);
expect(own.error?.issues[0]?.message === bad?.issues[0]?.message, "the words are zod's");
