import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { Turns } from "../../core/turns.ts";
import { absentColumn } from "../../table/absent-column.ts";
import { type Column, isPresent } from "../../table/column.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { keyCodes } from "../../table/key-codes.ts";
import { anyColumnOf, makeTable, type Table } from "../../table/table.ts";
import { makeCells } from "../kernel/cells.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { sweepWindows } from "../windows/sweep-windows.ts";
import { cellsOf, type FeatureColumn, type InputFrame, keysOf } from "./frame.ts";
import { latestStatus, setLatest } from "./latest-cell.ts";
import { requireLists } from "./require-lists.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { aggregatedColumns, sourceColumns, sourceEvents } from "./source-events.ts";
import { decodedCells, windowCells } from "./window-cells.ts";

/** What a view is computed from, and how. */
export interface OfflineWork {
  readonly offline: OfflineStore;
  /** What its history is appended as. */
  readonly source: string;
  readonly kernel: Kernel;
  /** When others have their turn. */
  readonly turns: Turns;
  readonly signal?: AbortSignal | undefined;
}

/** Computes a windowed view from the history in an offline store. Rejects with the reason of the signal. */
export async function computeOffline(
  plan: WindowedPlan,
  frame: InputFrame,
  work: OfflineWork,
): Promise<readonly FeatureColumn[]> {
  const windows = plan.spec.features.length === 0 ? [] : await computeWindows(plan, frame, work);
  const latest = plan.latest.length === 0 ? [] : await computeLatest(plan, frame, work);
  return [...windows, ...latest];
}

async function computeWindows(
  plan: WindowedPlan,
  frame: InputFrame,
  { offline, source, kernel, turns }: OfflineWork,
): Promise<readonly FeatureColumn[]> {
  const parts: Table[] = [];
  for await (const part of offline.scan(source, sourceColumns(plan))) {
    await turns.take();
    parts.push(part);
  }
  const cells = windowCells(plan, frame.atMs.length);
  const { input, columns } = await turns.run(sweepInput(plan, frame, parts));
  await turns.run(sweepWindows({ ...input, spec: plan.spec, kernel, atMs: frame.atMs }, cells));
  const decoded = decodedCells(plan, cells, (column) => columns[column]?.dictionary);
  return decoded.map((own) => ({ cells: own, eventTimeMs: frame.atMs }));
}

/** The events of a view's history by key, and the keys of the rows. */
function* sweepInput(plan: WindowedPlan, frame: InputFrame, parts: readonly Table[]) {
  const asked = keysOf(plan, frame);
  const table = parts.length === 0 ? emptyLike(plan, asked) : concatTables(parts);
  yield;
  const events = sourceEvents(plan, table);
  yield;
  const columns = aggregatedColumns(plan, table);
  yield;
  const keys = keyCodes(table, asked, plan.keys);
  const eventKeys = keys.source.map((code, row) => (events.valid[row] === 1 ? code : -1));
  const { eventTimeMs, knownTimeMs } = events;
  const input = { keyCount: keys.count, eventKeys, eventTimeMs, knownTimeMs, columns, rowKeys: keys.probe };
  return { input, columns };
}

/** A source that was appended without rows. */
function emptyLike(plan: WindowedPlan, asked: Table): Table {
  const none: Column = { tag: "f64", values: new Float64Array(0) };
  const time: Column = { tag: "instant", values: new Float64Array(0) };
  const { eventTime, knownTime } = plan.body.source;
  const keys = plan.keys.map((key) => [key, absentColumn(anyColumnOf(asked, key).tag, 0)] as const);
  return makeTable({
    ...Object.fromEntries(plan.valueColumns.map((name) => [name, none])),
    ...Object.fromEntries(keys),
    [eventTime]: time,
    ...(knownTime === undefined ? {} : { [knownTime]: time }),
  });
}

async function computeLatest(
  plan: WindowedPlan,
  frame: InputFrame,
  { offline, source, turns, signal }: OfflineWork,
): Promise<readonly FeatureColumn[]> {
  const { eventTime, knownTime } = plan.body.source;
  let at = "at";
  while (plan.keys.includes(at)) at += "_";
  const spine = makeTable({ ...keysOf(plan, frame).columns, [at]: { tag: "instant", values: frame.atMs } });
  const { columns, matched, eventTimeMs } = await offline.pointInTimeJoin({
    source,
    spine,
    at,
    keys: plan.keys,
    eventTime,
    ...(knownTime === undefined ? {} : { knownTime }),
    knownDelayMs: plan.body.knownDelayMs,
    ...(plan.body.ttlMs === Number.POSITIVE_INFINITY ? {} : { ttlMs: plan.body.ttlMs }),
    columns: [...new Set(plan.latest.map((feature) => feature.column))],
    ...(signal === undefined ? {} : { signal }),
  });
  await turns.take();
  const times = eventTimeMs.map((ms, row) => (matched[row] === 0 ? (frame.atMs[row] ?? ms) : ms));
  const features: FeatureColumn[] = [];
  for (const feature of plan.latest) {
    await turns.take();
    const column = anyColumnOf(columns, feature.column);
    if (column.tag === "f64[]") requireLists(plan.body.source, feature.column, column);
    const found = cellsOf(column);
    const cells = makeCells(feature.tag, matched.length);
    for (let row = 0; row < matched.length; row++)
      setLatest(cells, row, latestStatus(matched[row] !== 0, matched[row] === 1, isPresent(column, row)), found, row);
    features.push({ cells, eventTimeMs: times });
  }
  return features;
}
