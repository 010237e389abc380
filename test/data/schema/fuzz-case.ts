import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { RowIssue } from "../../../src/contracts/row-fault.ts";
import type { JsonValue } from "../../../src/core/canonical-json.ts";
import { SluiceError } from "../../../src/core/errors.ts";
import type { Random } from "../../../src/core/random.ts";
import type { Validation } from "../../../src/data/schema/validation.ts";
import { validateRow } from "../../../src/data/schema/validate-row.ts";
import { validateTable } from "../../../src/data/schema/validate-table.ts";
import type { ZodAnswer } from "../../../src/data/schema/zod-answer.ts";
import { cellAt } from "../../../src/table/cell-at.ts";
import type { Column } from "../../../src/table/column.ts";
import { jsonAt } from "../../../src/table/json-text.ts";
import type { Table } from "../../../src/table/table.ts";
import { sliceRows } from "../../../src/table/take-rows.ts";
import { schemaKinds } from "./schema-kinds.ts";
import { randomColumn } from "./random-column.ts";
import { pick, type RandomField, randomField, type Zod } from "./random-schema.ts";

/** What the cases so far were. */
export interface Tally {
  cases: number;
  rows: number;
  accepted: number;
  refused: number;
  threw: number;
  readonly how: Map<string, number>;
  /** The rows whose schema has a kind of schema or check in it. */
  readonly kinds: Map<string, { accepted: number; refused: number }>;
}

/** A tally of no case. */
export function emptyTally(): Tally {
  return { cases: 0, rows: 0, accepted: 0, refused: 0, threw: 0, how: new Map(), kinds: new Map() };
}

type Shape = { [name: string]: z.ZodType };

function rootOf(zod: Zod, random: Random, shape: Shape): z.ZodType {
  const options: (() => z.ZodType)[] = [
    ...Array.from({ length: 8 }, () => () => zod.object(shape)),
    () => zod.strictObject(shape),
    () => zod.looseObject(shape),
    () => zod.object(shape).catchall(zod.number()),
    () => zod.object(shape).refine((row) => Object.keys(row).length !== 1, "lonely"),
    () =>
      zod.object(shape).superRefine((row, ctx) => {
        if (row["a"] === 1) ctx.addIssue({ code: "custom", path: ["a"], message: "one" });
      }),
    () => zod.union([zod.object(shape), zod.object({ a: zod.string() })]),
    () => zod.intersection(zod.object(shape), zod.object({ zz: zod.any().optional() })),
    () => zod.object(shape).transform((row) => ({ ...row })),
  ];
  return pick(random, options)();
}

/** Judges a random table by a random schema with both engines and by zod; throws where they differ. */
export function fuzzCase(
  zod: Zod,
  random: Random,
  tally: Tally,
  judgeTable: typeof validateTable = validateTable,
): void {
  const names = pick(random, [["a"], ["a"], ["a", "b"], ["a", "b.c", "d"]]);
  const fields = new Map<string, RandomField>(names.map((name) => [name, randomField(zod, random)]));
  const schema = rootOf(zod, random, Object.fromEntries([...fields].map(([name, field]) => [name, field.schema])));
  const rows = 1 + random.int(10);
  const columns: { [name: string]: Column } = {};
  for (const [name, field] of fields) {
    const column = randomColumn(field, random, rows + 4);
    if (column !== undefined) columns[name] = column;
  }
  const extra =
    random.int(8) === 0 ? randomColumn({ schema, numbers: "number", hints: [] }, random, rows + 4) : undefined;
  if (extra !== undefined) columns["extra"] = extra;
  const from = random.int(5);
  const table =
    Object.keys(columns).length === 0
      ? { rowCount: rows, columns }
      : sliceRows({ rowCount: rows + 4, columns }, from, from + rows);
  tally.cases++;
  compare({ schema, table, fields, judgeTable }, tally);
}

interface Case {
  readonly schema: z.ZodType;
  readonly table: Table;
  readonly fields: ReadonlyMap<string, RandomField>;
  readonly judgeTable: typeof validateTable;
}

function compare({ schema, table, fields, judgeTable }: Case, tally: Tally): void {
  const answers: (ZodAnswer | "threw")[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    const record = recordAt(table, row);
    const own = attempt(() => validateRow(schema, record));
    const zods = attempt(() => byZod(schema, byRule(record, fields)));
    same(own, zods, `validateRow and zod on row ${row}`, table, row);
    if (own !== "mixed") answers.push(own);
  }
  const validation = attempt(() => judgeTable(schema, table));
  if (validation === "mixed") return;
  if (validation === "threw" || answers.includes("threw")) {
    if (validation !== "threw" || !answers.includes("threw"))
      throw new Error(`only one engine threw ${JSON.stringify(answers, plain)}`);
    tally.threw++;
    return;
  }
  for (const { how } of validation.judged) tally.how.set(how, (tally.how.get(how) ?? 0) + 1);
  compareRows(validation, answers, table, tally);
  countKinds(schema, answers, tally);
}

function countKinds(schema: z.ZodType, answers: readonly (ZodAnswer | "threw")[], tally: Tally): void {
  const refused = answers.filter((answer) => answer !== "threw" && !answer.ok).length;
  for (const kind of schemaKinds(schema)) {
    const count = tally.kinds.get(kind) ?? { accepted: 0, refused: 0 };
    tally.kinds.set(kind, { accepted: count.accepted + answers.length - refused, refused: count.refused + refused });
  }
}

function compareRows(
  validation: Validation,
  answers: readonly (ZodAnswer | "threw")[],
  table: Table,
  tally: Tally,
): void {
  const accepted = new Set(validation.acceptedRows);
  const issues = new Map<number, readonly RowIssue[]>(validation.rejected.map((fault) => [fault.row, fault.issues]));
  answers.forEach((answer, row) => {
    if (answer === "threw") return;
    tally.rows++;
    if (answer.ok) tally.accepted++;
    else tally.refused++;
    if (accepted.has(row) === issues.has(row)) throw new Error(`row ${row} is neither or both`);
    const ofTable = accepted.has(row)
      ? { ok: true, value: outputAt(validation.table, row) }
      : { ok: false, issues: issues.get(row) };
    const ofRow = answer.ok ? { ok: true, value: storable(answer.value, row, table) } : answer;
    same(ofTable, ofRow, `validateTable and validateRow on row ${row}`, table, row);
  });
}

/** Where a union puts out dates and numbers there is no column for them: said as an error, and no question of verdicts. */
function isMixed(error: unknown): boolean {
  return error instanceof SluiceError && error.message.includes("outputs of the field");
}

function attempt<T>(work: () => T): T | "threw" | "mixed" {
  try {
    return work();
  } catch (error) {
    if (error instanceof SluiceError && error.code !== "definition/invalid") throw error;
    return isMixed(error) ? "mixed" : "threw";
  }
}

function same(a: unknown, b: unknown, what: string, table: Table, row: number): void {
  // Writing both down is dear, and only needed where a member is undefined on one side, or to show a difference.
  if (isDeepStrictEqual(a, b)) return;
  const [left, right] = [text(a), text(b)];
  if (left !== right) throw new Error(`${what} differ:\n${left}\n${right}\nfor ${text(recordAt(table, row))}`);
}

function text(value: unknown): string {
  return JSON.stringify(value, plain);
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    return `number ${Object.is(value, -0) ? "-0" : value}`;
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
  return value;
}

function byZod(schema: z.ZodType, record: Record<string, unknown>): ZodAnswer {
  const result = schema.safeParse(record);
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    issues: result.error.issues.map(({ path, code, message }) => ({ path: path.join("."), code, message })),
  };
}

/** A row as an application would hold it. */
function recordAt(table: Table, row: number): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(table.columns)) {
    const value = column.tag === "json" ? jsonAt(column, row) : cellAt(column, row);
    if (value !== undefined)
      record[name] = column.tag === "instant" && value !== null ? new Date(Number(value)) : value;
  }
  return record;
}

/** The rule for the two kinds of number, written down a second time. */
function byRule(record: Record<string, unknown>, fields: ReadonlyMap<string, RandomField>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]): [string, unknown] => {
      const kind = fields.get(name)?.numbers ?? "either";
      if (
        kind === "number" &&
        typeof value === "bigint" &&
        BigInt(Number(value)) === value &&
        Number.isSafeInteger(Number(value))
      )
        return [name, Number(value)];
      if (kind === "bigint" && typeof value === "number" && Number.isSafeInteger(value)) return [name, BigInt(value)];
      return [name, value];
    }),
  );
}

function outputAt(table: Table, row: number): Record<string, JsonValue | bigint | undefined> {
  return Object.fromEntries(
    Object.entries(table.columns)
      .map(([name, column]): [string, JsonValue | bigint | undefined] => [
        name,
        column.tag === "json" ? jsonAt(column, row) : cellAt(column, row),
      ])
      .filter(([, value]) => value !== undefined),
  );
}

/** A record as its cells would hold it: dates as milliseconds, with the fraction that the input had; no undefined members. */
function storable(value: unknown, row: number, input: Table): unknown {
  return Object.fromEntries(
    Object.entries(Object(value))
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => {
        if (!(member instanceof Date)) return [name, member];
        const before = input.columns[name];
        const ms = before?.tag === "instant" ? Number(before.values[row]) : Number.NaN;
        return [
          name,
          Object.is(new Date(ms).getTime(), member.getTime()) && before?.tag === "instant" ? ms : member.getTime(),
        ];
      }),
  );
}
