import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { CellValue, ColumnType } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import type { PushResult } from "../../features/store/push-events.ts";
import { type RowObject, tableFromRows } from "../../table/table-from-rows.ts";
import { badField, columnsField, type FeastColumns, type FeastFields, textField } from "./feast-body.ts";
import { cellOf } from "./feast-cells.ts";
import type { FeastFault } from "./feast-fault.ts";
import { unknown } from "./feast-names.ts";
import { type SourceView, windowedViews } from "./source-views.ts";
import type { FeastOptions } from "./feast-options.ts";

/** What a push did; `buffered` rows of history are durable and in no version yet. */
export interface FeastPushed extends PushResult {
  readonly buffered: number;
}

/**
 * Answers `/push`: rows of a dataset, by its name, to every served windowed view on it, to the history of the dataset, or to both (history first).
 * Errors: `features/unknown-feature` (a source that no served view is on), `features/invalid-input`, `argument/invalid`.
 */
export async function push(options: FeastOptions, fields: FeastFields, maxRows: number): Promise<FeastPushed> {
  const views = viewsOn(options.services, textField(fields, "push_source_name"));
  const to = fields.get("to") ?? "online";
  if (to !== "online" && to !== "offline" && to !== "online_and_offline") {
    throw badField("to", to, '"online", "offline" or "online_and_offline"');
  }
  const source = views[0]?.source;
  if (source === undefined) throw noView(textField(fields, "push_source_name"));
  const table = tableFromRows(rowsOf(source, columnsField(fields, "df", maxRows)), source.columns);
  let buffered = 0;
  if (to !== "online") buffered = (await options.features.push(source, table, { to: "offline" })).buffered.rows;
  if (to === "offline") return { views: 0, events: 0, skipped: 0, buffered };
  let [events, skipped] = [0, 0];
  for (const { view } of views) {
    const pushed = await options.features.push(view, table);
    events += pushed.events;
    skipped += pushed.skipped;
  }
  return { views: views.length, events, skipped, buffered };
}

function viewsOn(services: readonly ServiceDefinition[], name: string): readonly SourceView[] {
  const found = new Map<string, SourceView>();
  for (const service of services)
    for (const one of windowedViews(service)) if (one.source.name === name) found.set(one.view.hash, one);
  const views = [...found.values()];
  const other = views.find(({ source }) => source.schemaDigest !== views[0]?.source.schemaDigest);
  if (other === undefined) return views;
  throw new SluiceError("definition/conflict", {
    found: `two definitions of dataset "${name}" among the served views`,
    expected: "one",
    fix: "Serve them by two handlers.",
  });
}

function noView(name: string): FeastFault {
  const found = `the push source ${JSON.stringify(name)}`;
  return unknown(found, "the name of a dataset that a served view is on", 422, "PushSourceNotFoundException");
}

/** Rows of a dataset. A column that is not there is absent where it may be null; others than the dataset's are left out. */
function rowsOf(source: DatasetDefinition, { rows, columns }: FeastColumns): readonly RowObject[] {
  const known = Object.entries(source.columns as { readonly [name: string]: ColumnType });
  for (const [name, type] of known) {
    if (type.nullable || columns.has(name)) continue;
    throw new SluiceError("features/invalid-input", {
      found: `columns ${[...columns.keys()].join(", ")}`,
      expected: `also "${name}", a column of dataset "${source.name}"`,
      fix: "Push whole rows of the dataset.",
    });
  }
  return Array.from({ length: rows }, (_, row) => {
    const cells: { [name: string]: CellValue } = {};
    for (const [name, type] of known) {
      const column = columns.get(name);
      if (column !== undefined) cells[name] = cellOf(name, row, type, column[row]);
    }
    return cells;
  });
}
