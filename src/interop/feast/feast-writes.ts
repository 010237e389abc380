import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { CellValue, ColumnType } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { takenViews } from "../../features/definitions/taken-views.ts";
import type { PushResult } from "../../features/store/push-events.ts";
import { type RowObject, tableFromRows } from "../../table/table-from-rows.ts";
import { badField, columnsField, type FeastColumns, type FeastFields, textField, textsField } from "./feast-body.ts";
import { cellOf, instantField } from "./feast-cells.ts";
import { unknown } from "./feast-names.ts";
import type { FeastOptions } from "./feast-options.ts";

/**
 * Answers `/push`: rows of a dataset, by its name, to every windowed view on it, to the host's history, or to both (history first).
 * Errors: `features/unknown-feature` (a source that no served view is on), `features/invalid-input`, `argument/invalid`.
 */
export async function push(options: FeastOptions, fields: FeastFields, maxRows: number): Promise<PushResult> {
  const views = viewsOn(options.services, textField(fields, "push_source_name"));
  const to = fields.get("to") ?? "online";
  if (to !== "online" && to !== "offline" && to !== "online_and_offline") {
    throw badField("to", to, '"online", "offline" or "online_and_offline"');
  }
  const source = views[0]?.source;
  if (source === undefined) throw noView(textField(fields, "push_source_name"));
  const rows = rowsOf(source, columnsField(fields, "df", maxRows));
  if (to !== "online") {
    if (options.offline === undefined) throw badField("to", to, '"online": no history is written here');
    await options.offline(source, rows);
  }
  let [events, skipped] = [0, 0];
  if (to === "offline") return { views: 0, events, skipped };
  const table = tableFromRows(rows, source.columns);
  for (const { view } of views) {
    const pushed = await options.features.push(view, table);
    events += pushed.events;
    skipped += pushed.skipped;
  }
  return { views: views.length, events, skipped };
}

/**
 * Answers `/materialize` and `/materialize-incremental`, for all services or for those with one of the `feature_views`. What windows at
 * `end_ts` reach is always loaded: a later `start_ts` would leave windows that see a part for the whole. An earlier one loads further back.
 * Errors: `features/unknown-feature` (a view), `data/version-not-found`, `argument/invalid`.
 */
export async function materialize(
  options: FeastOptions,
  fields: FeastFields,
  kind: "full" | "incremental",
  signal: AbortSignal,
): Promise<PushResult> {
  const to = instantField("end_ts", fields.get("end_ts"));
  const from = kind === "full" ? instantField("start_ts", fields.get("start_ts")) : undefined;
  if (from !== undefined && from > to) throw badField("start_ts", fields.get("start_ts"), 'an instant before "end_ts"');
  const only = textsField(fields, "feature_views");
  for (const name of only ?? []) {
    if (!options.services.some((service) => windowedViews(service).some(({ view }) => view.name === name))) {
      throw unknown(`the feature view ${JSON.stringify(name)}`, "a windowed view of a service that is served");
    }
  }
  const total = { views: 0, events: 0, skipped: 0 };
  for (const service of options.services) {
    const views = windowedViews(service);
    if (views.length === 0 || (only !== undefined && !views.some(({ view }) => only.includes(view.name)))) continue;
    const further = from !== undefined && from < to - reachMs(views) ? { from } : {};
    const loaded = await options.features.materialize(service, { to, signal, ...further });
    total.views += loaded.views;
    total.events += loaded.events;
    total.skipped += loaded.skipped;
  }
  return total;
}

interface SourceView {
  readonly view: ViewDefinition;
  readonly source: DatasetDefinition;
}

/** How far back from an instant the windows of views can begin. */
function reachMs(views: readonly SourceView[]): number {
  const windows = views.flatMap(({ view }) => (view.body.kind === "windowed" ? Object.values(view.body.windows) : []));
  return windows.reduce((reach, { window }) => Math.max(reach, window.reachMs), 0);
}

/** The windowed views of a service, those that its other views take with them. */
function windowedViews(service: ServiceDefinition): readonly SourceView[] {
  const found = new Map<string, SourceView>();
  const visit = (view: ViewDefinition): void => {
    if (view.body.kind === "windowed") found.set(view.hash, { view, source: view.body.source });
    else takenViews(view).forEach(visit);
  };
  service.views.forEach(visit);
  return [...found.values()];
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

function noView(name: string): SluiceError {
  return unknown(`the push source ${JSON.stringify(name)}`, "the name of a dataset that a served view is on");
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
