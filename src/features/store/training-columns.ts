import { featureStatus } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Steps } from "../../core/turns.ts";
import { isRequestService } from "../../core/request-service.ts";
import { codeOf } from "../../table/code-of.ts";
import { type Column, cellState } from "../../table/column.ts";
import { makeTable, type Table } from "../../table/table.ts";
import type { Cells } from "../kernel/cells.ts";
import type { ComputedFeatures } from "./frame.ts";

/** Throws `features/invalid-input` where a spine has a column of a feature's name. */
export function requireNoFeature(spine: Table, service: ServiceDefinition): void {
  if (isRequestService(service)) return; // its features are the spine's own columns
  const feature = service.features.find(({ name }) => spine.columns[name] !== undefined);
  if (feature === undefined) return;
  throw new SluiceError("features/invalid-input", {
    found: `a spine column "${feature.name}"`,
    expected: "no column of a feature's name",
    fix: "Drop it from the spine: features are computed.",
  });
}

/** The spine with the features as columns `view.feature`. */
export function* trainingTable(spine: Table, service: ServiceDefinition, features: ComputedFeatures): Steps<Table> {
  if (isRequestService(service)) return spine;
  const columns: { [name: string]: Column } = { ...spine.columns };
  for (const [i, feature] of service.features.entries()) {
    const column = features[i];
    if (column !== undefined) columns[feature.name] = columnOfCells(column.cells, feature.type.tag);
    yield;
  }
  return makeTable(columns);
}

/** Cells as a column: a null stays null; missing and expired cells are absent. */
export function columnOfCells(cells: Cells, tag: Column["tag"]): Column {
  const states = statesOf(cells.statuses);
  if (cells.kind === "text") return textColumn(tag === "json" ? tag : "utf8", cells.values, states);
  if (cells.kind === "integer") return { tag: "i64", values: cells.values, ...states };
  if (cells.kind === "numbers") return numbersColumn(cells.values, states);
  if (cells.kind === "texts") return textsColumn(cells.values, states);
  const { values } = cells;
  if (tag === "bool") return { tag, values: Uint8Array.from(values), ...states };
  if (tag === "i32") return { tag, values: Int32Array.from(values), ...states };
  return { tag: tag === "instant" ? "instant" : "f64", values, ...states };
}

function statesOf(statuses: Uint8Array): { readonly states?: Uint8Array } {
  let complete = true;
  const states = statuses.map((status) => {
    if (status === featureStatus.present) return cellState.present;
    complete = false;
    return status === featureStatus.null ? cellState.null : cellState.absent;
  });
  return complete ? {} : { states };
}

function textColumn(tag: "utf8" | "json", texts: readonly string[], states: { readonly states?: Uint8Array }): Column {
  const codes = new Map<string, number>();
  const values = Int32Array.from(texts, (text) => codeOf(codes, text));
  return { tag, values, dictionary: [...codes.keys()], ...states };
}

function numbersColumn(lists: readonly Float64Array[], states: { readonly states?: Uint8Array }): Column {
  const values = endsOf(lists);
  const items = new Float64Array(values[values.length - 1] ?? 0);
  lists.forEach((list, row) => {
    items.set(list, (values[row] ?? 0) - list.length);
  });
  return { tag: "f64[]", values, items, ...states };
}

function textsColumn(lists: readonly (readonly string[])[], states: { readonly states?: Uint8Array }): Column {
  const codes = new Map<string, number>();
  const items = Int32Array.from(lists.flat(), (text) => codeOf(codes, text));
  return { tag: "utf8[]", values: endsOf(lists), items, dictionary: [...codes.keys()], ...states };
}

/** Where each list's items end. */
function endsOf(lists: readonly { readonly length: number }[]): Uint32Array {
  let end = 0;
  return Uint32Array.from(lists, ({ length }) => {
    end += length;
    return end;
  });
}
