import type { OnlineEvents } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { type CellLayout, cellBytes, countBytes, valueKinds } from "./cell-layout.ts";
import { type EventValues, makeValues } from "./event-values.ts";

/** Reads the cells of events one after another into columns. */
export interface CellsReader {
  /** Reads the cells that lie from `from` to `to`, as those of one event. Errors: `io/failed` for bytes that are no such cells. */
  read(event: number, bytes: Uint8Array, from: number, to: number): void;
  /** The columns, once all events are read. */
  columns(): Pick<OnlineEvents, "values" | "present">;
}

/** Reads the cells of `count` events of one layout. */
export function cellsReader(layout: CellLayout, count: number): CellsReader {
  return layout === 0 ? doublesReader(count) : anyReader(count);
}

function doublesReader(count: number): CellsReader {
  let values: readonly Float64Array[] | undefined;
  let present: readonly Uint8Array[] = [];
  let read: Uint8Array | undefined;
  let view: DataView = new DataView(new ArrayBuffer(0));
  return {
    read: (event, bytes, from, to) => {
      if (bytes !== read) {
        read = bytes;
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      const columns = (to - from) / cellBytes;
      if (values === undefined && Number.isInteger(columns)) {
        values = Array.from({ length: columns }, () => new Float64Array(count));
        present = values.map(() => new Uint8Array(count));
      }
      if (values?.length !== columns) throw notCells(to - from);
      for (let c = 0; c < columns; c++) {
        const [column, states] = [values[c], present[c]];
        if (column !== undefined) column[event] = view.getFloat64(from + c * 8, true);
        if (states !== undefined) states[event] = bytes[from + columns * 8 + c] ?? 0;
      }
    },
    columns: () => ({
      values: (values ?? []).map((column) => ({ kind: "number", values: column })),
      present: present.map(nullsOf),
    }),
  };
}

function anyReader(count: number): CellsReader {
  let values: readonly EventValues[] | undefined;
  let present: readonly Uint8Array[] = [];
  return {
    read: (event, bytes, from, to) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset + from, to - from);
      const columns = to - from < countBytes ? 0 : view.getUint16(0, true);
      const states = from + countBytes + columns * 8;
      if (values === undefined && states + columns <= to) {
        values = Array.from({ length: columns }, (_, c) =>
          makeValues(valueKinds[(bytes[states + c] ?? 0) >> 1] ?? "number", count),
        );
        present = values.map(() => new Uint8Array(count));
      }
      if (values?.length !== columns) throw notCells(to - from);
      let at = states + columns;
      values.forEach((column, c) => {
        const state = bytes[states + c] ?? 0;
        if (valueKinds[state >> 1] !== column.kind) throw notCells(to - from);
        const own = present[c];
        if (own !== undefined) own[event] = state & 1;
        at += readCell(column, event, view, { slot: countBytes + c * 8, tail: at - from });
      });
      if (at !== to) throw notCells(to - from);
    },
    columns: () => ({ values: values ?? [], present: present.map(nullsOf) }),
  };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads one cell; answers with the bytes that it has behind the fixed part. */
function readCell(
  column: EventValues,
  event: number,
  view: DataView,
  { slot, tail }: { readonly slot: number; readonly tail: number },
): number {
  if (column.kind === "number") {
    column.values[event] = view.getFloat64(slot, true);
    return 0;
  }
  if (column.kind === "integer") {
    column.values[event] = view.getBigInt64(slot, true);
    return 0;
  }
  const length = view.getUint32(slot, true);
  if (length === 0) return 0;
  if (tail + length > view.byteLength) throw notCells(view.byteLength);
  if (column.kind === "text") {
    column.values[event] = decoder.decode(new Uint8Array(view.buffer, view.byteOffset + tail, length));
  } else {
    const list = new Float64Array(length / 8);
    for (let i = 0; i < list.length; i++) list[i] = view.getFloat64(tail + i * 8, true);
    column.values[event] = list;
  }
  return length;
}

function nullsOf(states: Uint8Array): Uint8Array | undefined {
  return states.includes(0) ? states : undefined;
}

function notCells(length: number): SluiceError {
  return new SluiceError("io/failed", {
    found: `${length} bytes that are not the cells of an event of this view`,
    expected: "packed cells of the same columns in every event",
    fix: "The online store was changed from outside; drop the view and materialize again.",
  });
}
