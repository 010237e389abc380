import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { OnlineEventBatch, OnlineValues } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { isListColumn, cellState, type Column, isPresent } from "../../table/column.ts";
import { knownTimesMs } from "../../table/known-times.ts";
import { anyColumnOf, columnOf, type Table } from "../../table/table.ts";
import type { EventColumn } from "../windows/sorted-events.ts";
import { recodedTexts } from "./coded-texts.ts";
import { entityKeys } from "./entity-keys.ts";
import { cellsOf } from "./frame.ts";
import { requireLists } from "./require-lists.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/** A source's rows as a view's events. */
export interface SourceEvents {
  /** 1 where the row has an event time. */
  readonly valid: Uint8Array;
  /** Epoch ms; 0 where there is none. */
  readonly eventTimeMs: Float64Array;
  /** When each event is known, epoch ms: known time and delay. */
  readonly knownTimeMs: Float64Array;
}

/** The source's columns that a view needs, beside the id. */
export function sourceColumns(plan: WindowedPlan): readonly string[] {
  const { eventTime, knownTime } = plan.body.source;
  return [...new Set([eventTime, ...(knownTime === undefined ? [] : [knownTime]), ...plan.keys, ...plan.valueColumns])];
}

/** The source's columns that a view's events are made of: those and the id. */
export function eventColumns(plan: WindowedPlan): readonly string[] {
  const { id } = plan.body.source;
  return [...new Set([...sourceColumns(plan), ...(id === undefined ? [] : [id])])];
}

/** The ids of events: those of their rows; of a source without ids, their places in its history, of which the first row has `first`. */
export function eventIds({ body: { source } }: WindowedPlan, rows: Table, first: number): Float64Array {
  if (source.id !== undefined) return rowIds(rows, source.id, source.name);
  return Float64Array.from({ length: rows.rowCount }, (_, row) => first + row);
}

/** Reads a source's rows as a view's events: one reading for training and for serving. */
export function sourceEvents(plan: WindowedPlan, table: Table): SourceEvents {
  const { source, knownDelayMs } = plan.body;
  const event = columnOf(table, source.eventTime, "instant");
  const valid = new Uint8Array(table.rowCount);
  const eventTimeMs = event.values.slice();
  for (let row = 0; row < valid.length; row++) {
    valid[row] = isPresent(event, row) && !Number.isNaN(event.values[row]) ? 1 : 0;
    if (valid[row] === 0) eventTimeMs[row] = 0;
  }
  const known = source.knownTime === undefined ? undefined : columnOf(table, source.knownTime, "instant");
  return {
    valid,
    eventTimeMs,
    knownTimeMs: knownTimesMs(eventTimeMs, known, knownDelayMs),
  };
}

/** A column that windows aggregate: numbers, or codes of texts. */
export interface AggregatedColumn extends EventColumn {
  /** What codes stand for. */
  readonly dictionary?: readonly string[];
}

/** The columns that a view aggregates, in the windows' order. Errors: `features/invalid-input` for a 64-bit integer that a double does not hold. */
export function aggregatedColumns(plan: WindowedPlan, table: Table): readonly AggregatedColumn[] {
  return plan.aggregated.map((at) => {
    const name = plan.valueColumns[at] ?? "";
    const column = anyColumnOf(table, name);
    if (column.tag !== "utf8") return numbersOf(name, column, plan.body.source);
    const { codes, dictionary } = recodedTexts(column.values, column.dictionary);
    return { values: codes, present: presentIn(column), dictionary };
  });
}

function presentIn(column: Column): Uint8Array | undefined {
  return column.states?.map((state) => (state === cellState.present ? 1 : 0));
}

function numbersOf(name: string, column: Column, source: DatasetDefinition): EventColumn {
  const present = presentIn(column);
  if (column.tag === "f64" || column.tag === "instant") return { values: column.values, present };
  if (column.tag === "i64") {
    // What stands where there is no value is anything at all, as in Arrow.
    column.values.forEach((value, row) => {
      const isSafe = BigInt(Number(value)) === value && Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER;
      if (!isSafe && isPresent(column, row)) throw unsafe(name, value, source);
    });
  }
  return { values: Float64Array.from(column.values, Number), present };
}

function unsafe(name: string, value: bigint, source: DatasetDefinition): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `${value} in column "${name}" of dataset "${source.name}"`,
    expected: "64-bit integers of at most 2^53 in size where they are aggregated",
    fix: "Aggregate another column, or store it as a double.",
  });
}

/** What a push brings into the store. */
export interface EventRows {
  readonly batch: OnlineEventBatch;
  /** Rows without an event time or an entity key: they are no events. */
  readonly skipped: number;
}

/** A source's rows as events for the online store. `ids` are the rows' ids. */
export function eventRows(plan: WindowedPlan, table: Table, ids: Float64Array): EventRows {
  const events = sourceEvents(plan, table);
  const { keys, keyIndex } = entityKeys(table, plan.keys);
  const kept: number[] = [];
  for (let row = 0; row < table.rowCount; row++)
    if (events.valid[row] === 1 && (keyIndex[row] ?? -1) >= 0) kept.push(row);
  const take = (values: Float64Array): Float64Array => {
    const taken = new Float64Array(kept.length);
    for (let i = 0; i < kept.length; i++) taken[i] = values[kept[i] ?? 0] ?? 0;
    return taken;
  };
  const columns = plan.valueColumns.map((name) => anyColumnOf(table, name));
  return {
    skipped: table.rowCount - kept.length,
    batch: {
      keys,
      keyIndex: Int32Array.from(kept, (row) => keyIndex[row] ?? 0),
      ids: take(ids),
      eventTimeMs: take(events.eventTimeMs),
      knownTimeMs: take(events.knownTimeMs),
      values: columns.map((column, c) =>
        plan.valueKinds[c] === "number"
          ? { kind: "number", values: take(numbersOf(plan.valueColumns[c] ?? "", column, plan.body.source).values) }
          : valuesOf(plan.valueColumns[c] ?? "", column, kept, plan.body.source),
      ),
      present: columns.map((column) => {
        const present = presentIn(column);
        return present === undefined ? undefined : Uint8Array.from(kept, (row) => present[row] ?? 0);
      }),
    },
  };
}

const noNumbers = new Float64Array(0);

/** The values of some rows as events carry them, where they are no numbers. */
function valuesOf(name: string, column: Column, rows: readonly number[], source: DatasetDefinition): OnlineValues {
  const cells = cellsOf(column);
  switch (cells.kind) {
    case "number":
      return { kind: "number", values: Float64Array.from(rows, (row) => cells.values[row] ?? 0) };
    case "integer":
      return { kind: "integer", values: BigInt64Array.from(rows, (row) => cells.values[row] ?? 0n) };
    case "text": {
      const values = rows.map((row) => (isPresent(column, row) ? (cells.values[row] ?? "") : ""));
      const lone = values.findIndex((text) => !text.isWellFormed());
      if (lone >= 0) throw loneSurrogate(name, rows[lone] ?? 0, source);
      return { kind: "text", values };
    }
    case "numbers":
      if (column.tag === "f64[]") requireLists(source, name, column, rows);
      return { kind: "numbers", values: rows.map((row) => cells.values[row] ?? noNumbers) };
    case "texts":
      throw new SluiceError("features/invalid-input", {
        found: `lists of texts in column "${name}"`,
        expected: "a column that can be looked up",
        fix: "Look up another column.",
      });
  }
}

function loneSurrogate(name: string, row: number, source: DatasetDefinition): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `a text with a lone surrogate in column "${name}" of dataset "${source.name}" at row ${row}`,
    expected: "well-formed text",
    fix: "Clean it, as with text.toWellFormed().",
  });
}

/** The ids of rows of a dataset. Errors: `features/invalid-input` for a null, fractional or unsafe id, naming the dataset. */
export function rowIds(table: Table, id: string, dataset: string): Float64Array {
  const column = anyColumnOf(table, id);
  const ids = new Float64Array(table.rowCount);
  for (let row = 0; row < ids.length; row++) {
    const value =
      isPresent(column, row) && column.tag !== "utf8" && column.tag !== "json" && !isListColumn(column)
        ? Number(column.values[row])
        : Number.NaN;
    if (!Number.isSafeInteger(value)) throw invalidId(id, row, dataset);
    ids[row] = value + 0;
  }
  return ids;
}

function invalidId(id: string, row: number, dataset: string): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `no safe integer in the id column "${id}" of dataset "${dataset}" at row ${row}`,
    expected: "an integer of at most 2^53 in size in every row",
    fix: "Correct the ids: they make pushes idempotent.",
  });
}
