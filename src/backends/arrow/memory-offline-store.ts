import type { OfflineStore, PointInTimeRequest, PointInTimeResult } from "../../contracts/offline-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { Turns } from "../../core/turns.ts";
import { cellState, type InstantColumn } from "../../table/column.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { keyCodes } from "../../table/key-codes.ts";
import { knownTimesMs } from "../../table/known-times.ts";
import { layOutMatches } from "../../table/lay-out-matches.ts";
import { anyColumnOf, columnOf, makeTable, type Table } from "../../table/table.ts";
import { latestKnown } from "./latest-known.ts";

/**
 * An offline store in the memory of the process, over typed arrays; appended tables are kept, not copied.
 *
 * @example
 * ```ts
 * import { memoryOffline } from "sluice/backends/arrow";
 * import { makeTable } from "sluice/table";
 * const store = memoryOffline();
 * const time = (...ms: number[]) => ({ tag: "instant" as const, values: Float64Array.from(ms) });
 * const key = (...ids: number[]) => ({ tag: "i32" as const, values: Int32Array.from(ids) });
 * await store.append("s", makeTable({ id: key(1, 1), time: time(10, 20), v: { tag: "f64", values: Float64Array.of(3, 4) } }));
 * const { matched } = await store.pointInTimeJoin({
 *   source: "s", spine: makeTable({ id: key(1, 2), at: time(15, 15) }), at: "at", keys: ["id"], eventTime: "time", columns: ["v"],
 * });
 * if (matched[0] !== 1 || matched[1] !== 0) throw new Error("only the first row has a match");
 * ```
 */
export function memoryOffline(): OfflineStore {
  /** Lists are replaced, never changed: a scan goes on over the one it began with. */
  const sources = new Map<string, readonly Table[]>();
  const partsOf = (source: string): readonly Table[] => {
    const parts = sources.get(source);
    if (parts !== undefined) return parts;
    throw new SluiceError("data/version-not-found", {
      found: `sources ${[...sources.keys()].join(", ") || "(none)"}`,
      expected: `an appended source "${source}"`,
      fix: "Append it first.",
    });
  };
  return {
    capabilities: { largerThanMemory: false },
    has: async (source) => sources.has(source),
    append: async (source, rows) => {
      const tables = "columns" in rows ? [rows] : rows;
      const parts = sources.get(source) ?? [];
      const first = parts[0] ?? tables[0];
      if (first === undefined) return;
      sources.set(source, [...parts, ...tables.map((table) => (table === first ? table : alike(table, first)))]);
    },
    scan: async function* (source, columns) {
      for (const part of partsOf(source))
        yield makeTable(Object.fromEntries(columns.map((name) => [name, anyColumnOf(part, name)])));
    },
    pointInTimeJoin: async (request) => {
      const whole = concatTables(partsOf(request.source));
      sources.set(request.source, [whole]);
      return await join(whole, request);
    },
    drop: async (source) => {
      sources.delete(source);
    },
    close: async () => sources.clear(),
  };
}

/** The table's columns in the first table's order and of its types. Errors: `data/missing-column`, `table/type-mismatch`. */
function alike(table: Table, first: Table): Table {
  return makeTable(
    Object.fromEntries(Object.entries(first.columns).map(([name, { tag }]) => [name, columnOf(table, name, tag)])),
  );
}

async function join(source: Table, request: PointInTimeRequest): Promise<PointInTimeResult> {
  const turns = new Turns(request.signal);
  await turns.take();
  const event = columnOf(source, request.eventTime, "instant");
  const at = columnOf(request.spine, request.at, "instant");
  const known = request.knownTime === undefined ? undefined : columnOf(source, request.knownTime, "instant");
  const keys = keyCodes(source, request.spine, request.keys);
  maskMissing(keys.source, event);
  maskMissing(keys.probe, at);
  await turns.take();
  const knownTimeMs = knownTimesMs(event.values, known, request.knownDelayMs ?? 0);
  await turns.take();
  const rows = latestKnown({ keys, eventTimeMs: event.values, knownTimeMs, atMs: at.values });
  await turns.take();
  const cells = makeTable(Object.fromEntries(request.columns.map((name) => [name, anyColumnOf(source, name)])));
  const ttlMs = request.ttlMs ?? Number.POSITIVE_INFINITY;
  return layOutMatches({ cells, eventTimeMs: event.values, rows, atMs: at.values, ttlMs });
}

/** Takes the code of each row without a time. */
function maskMissing(codes: Int32Array, { values, states }: InstantColumn): void {
  for (let row = 0; row < codes.length; row++) if (Number.isNaN(values[row] ?? 0)) codes[row] = -1;
  if (states === undefined) return;
  for (let row = 0; row < codes.length; row++) if (states[row] !== cellState.present) codes[row] = -1;
}
