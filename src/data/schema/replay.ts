import type { RowFault, RowIssue } from "../../contracts/row-fault.ts";
import type { Table } from "../../table/table.ts";
import type { CompiledSchema } from "./compile-schema.ts";
import { type InputRecord, recordReader } from "./input-cells.ts";
import type { Patch } from "./row-faults.ts";
import type { RowMarks } from "./row-marks.ts";
import { askZod, type ZodAnswer } from "./zod-answer.ts";

interface Replay {
  readonly rejected: RowFault[];
  /** Rows that were marked and that zod accepts, with what it makes of them. */
  readonly patches: readonly Patch[];
}

/** Asks zod about each marked row. Where a required column is missing every row is refused; the rows without other issues share theirs. */
export function replay(
  compiled: CompiledSchema,
  table: Table,
  marks: RowMarks,
  known: ReadonlyMap<number, RowIssue[]>,
  allBad: boolean,
): Replay {
  const record = wholeRows(compiled, table);
  const askAlone = aloneAsker(compiled, table);
  const rejected: RowFault[] = [];
  const patches: Patch[] = [];
  let shared: readonly RowIssue[] | undefined;
  for (const row of known.keys()) marks.add(row);
  for (let row = 0; row < table.rowCount; row++) {
    if (!marks.has(row)) {
      if (!allBad) continue;
      // Rows that only lack a column share their issues.
      shared ??= issuesOf(compiled, record(row));
      rejected.push({ row, issues: shared });
      continue;
    }
    const own = known.size === 0 ? undefined : known.get(row);
    if (own !== undefined) {
      rejected.push({ row, issues: own });
      continue;
    }
    const field = allBad ? undefined : marks.fieldOf(row);
    const alone = field === undefined ? undefined : askAlone(field, row);
    const answer = alone?.ok === false ? alone : askZod(compiled.schema, record(row));
    if (answer.ok) patches.push({ row, output: answer.value });
    else rejected.push({ row, issues: answer.issues });
  }
  return { rejected, patches };
}

function wholeRows(compiled: CompiledSchema, table: Table): (row: number) => InputRecord {
  const names =
    compiled.unknownColumns === "dropped" ? compiled.fields.map((field) => field.name) : Object.keys(table.columns);
  return recordReader(
    table,
    names.map((name) => ({ name, numbers: compiled.numbersOf(name) })),
  );
}

/** Asks about a row in which one field alone is in doubt: the others add no issue. What it answers for an accepted row is that field alone. */
function aloneAsker(compiled: CompiledSchema, table: Table): (field: number, row: number) => ZodAnswer | undefined {
  const askers = compiled.fields.map((field) => {
    let ask: ((row: number) => ZodAnswer | undefined) | undefined;
    return (row: number) => {
      ask ??= aloneReader(compiled, table, field);
      return ask(row);
    };
  });
  return (field, row) => askers[field]?.(row);
}

function aloneReader(
  compiled: CompiledSchema,
  table: Table,
  field: CompiledSchema["fields"][number],
): (row: number) => ZodAnswer | undefined {
  const schema = compiled.alone(field);
  if (schema === undefined) return () => undefined;
  const record = recordReader(table, [field]);
  return (row) => askZod(schema, record(row));
}

function issuesOf(compiled: CompiledSchema, record: InputRecord): readonly RowIssue[] {
  const answer = askZod(compiled.schema, record);
  return answer.ok ? [] : answer.issues;
}
