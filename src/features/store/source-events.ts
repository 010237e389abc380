import type { OnlineEventBatch } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { cellState, type Column, isPresent } from "../../table/column.ts";
import { effectiveKnownMs } from "../../table/effective-known.ts";
import { anyColumnOf, columnOf, type Table } from "../../table/table.ts";
import type { EventColumn } from "../windows/sorted-events.ts";
import { entityKeys } from "./entity-keys.ts";
import type { WindowedPlan } from "./service-plan.ts";

/** A source's rows as a view's events. */
export interface SourceEvents {
  /** 1 where the row has an event time. */
  readonly valid: Uint8Array;
  /** Epoch ms; 0 where there is none. */
  readonly eventTimeMs: Float64Array;
  /** From when each event counts, epoch ms: known time and delay, never before the event. */
  readonly knownTimeMs: Float64Array;
  /** The view's value columns. */
  readonly columns: readonly EventColumn[];
}

/** The source's columns that a view needs, beside the id. */
export function sourceColumns(plan: WindowedPlan): readonly string[] {
  const { eventTime, knownTime } = plan.body.source;
  return [...new Set([eventTime, ...(knownTime === undefined ? [] : [knownTime]), ...plan.keys, ...plan.valueColumns])];
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
    knownTimeMs: effectiveKnownMs(eventTimeMs, known, knownDelayMs),
    columns: plan.valueColumns.map((name) => numbersOf(name, anyColumnOf(table, name))),
  };
}

function numbersOf(name: string, column: Column): EventColumn {
  const present = column.states?.map((state) => (state === cellState.present ? 1 : 0));
  if (column.tag === "f64" || column.tag === "instant") return { values: column.values, present };
  if (column.tag === "i64") {
    for (const value of column.values)
      if (BigInt(Number(value)) !== value || Math.abs(Number(value)) > Number.MAX_SAFE_INTEGER)
        throw unsafe(name, value);
  }
  return { values: Float64Array.from(column.values, Number), present };
}

function unsafe(name: string, value: bigint): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `${value} in column "${name}"`,
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
  return {
    skipped: table.rowCount - kept.length,
    batch: {
      keys,
      keyIndex: Int32Array.from(kept, (row) => keyIndex[row] ?? 0),
      ids: take(ids),
      eventTimeMs: take(events.eventTimeMs),
      knownTimeMs: take(events.knownTimeMs),
      values: events.columns.map((column) => take(column.values)),
      present: events.columns.map(({ present }) =>
        present === undefined ? undefined : Uint8Array.from(kept, (row) => present[row] ?? 0),
      ),
    },
  };
}

/** The ids of rows. Errors: `features/invalid-input` for a null, fractional or unsafe id. */
export function rowIds(table: Table, id: string): Float64Array {
  const column = anyColumnOf(table, id);
  const ids = new Float64Array(table.rowCount);
  for (let row = 0; row < ids.length; row++) {
    const value =
      isPresent(column, row) && column.tag !== "utf8" && column.tag !== "json"
        ? Number(column.values[row])
        : Number.NaN;
    if (!Number.isSafeInteger(value)) throw invalidId(id, row);
    ids[row] = value + 0;
  }
  return ids;
}

function invalidId(id: string, row: number): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `no safe integer in the id column "${id}" at row ${row}`,
    expected: "an integer of at most 2^53 in size in every row",
    fix: "Correct the ids: they make pushes idempotent.",
  });
}
