import { featureStatus } from "../../contracts/feature-reader.ts";
import { SluiceError } from "../../core/errors.ts";
import { runSteps, type Steps } from "../../core/turns.ts";
import { isRequestService } from "../../core/request-service.ts";
import type { Column, TextsColumn } from "../../table/column.ts";
import { itemsFrom } from "../../table/list-cells.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";
import type { Cells } from "../kernel/cells.ts";
import { computable, outputCells } from "../kernel/computable-cells.ts";
import { type CellPool, freshCells } from "./cell-pool.ts";
import { eventsPlanOf, type OnDemandPlan, type ServicePlan } from "./service-plan.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/** One computed feature: its cells, and when each one's facts happened, epoch ms. */
export interface FeatureColumn {
  readonly cells: Cells;
  readonly eventTimeMs: Float64Array;
}

/** The rows to compute features for: entity keys and request fields as columns, and each row's T, epoch ms. */
export interface InputFrame {
  readonly inputs: Table;
  readonly atMs: Float64Array;
}

/** The features of a service for some rows, in the service's order. */
export type ComputedFeatures = readonly FeatureColumn[];

/** Computes a windowed view's features, in its order. */
export type ComputeWindowed = (plan: WindowedPlan) => readonly FeatureColumn[];

/**
 * Computes a service's features: the one way for training and for serving; they differ in where windowed views come from: from
 * history, or from the online store. `pool` lends the cells of what is computed.
 */
export function computeFeatures(
  plan: ServicePlan,
  frame: InputFrame,
  windowed: ComputeWindowed,
  pool: CellPool = freshCells,
): ComputedFeatures {
  return runSteps(featureSteps(plan, frame, windowed, pool));
}

/** As {@link computeFeatures}, in steps. */
export function* featureSteps(
  plan: ServicePlan,
  frame: InputFrame,
  windowed: ComputeWindowed,
  pool: CellPool = freshCells,
): Steps<ComputedFeatures> {
  const known = new Map<string, FeatureColumn>();
  const inOrder: FeatureColumn[] = [];
  for (const view of plan.views) {
    const columns =
      view.kind === "onDemand" ? yield* onDemandSteps(view, frame, known, pool) : windowed(eventsPlanOf(view));
    for (const column of columns) inOrder.push(column);
    if (plan.isPlain) continue; // nothing looks for them by name
    view.names.forEach((name, i) => {
      const column = columns[i];
      if (column !== undefined) known.set(name, column);
    });
  }
  if (isRequestService(plan.service)) {
    for (const name of Object.keys(plan.service.input))
      known.set(name, { cells: cellsOf(anyColumnOf(frame.inputs, name)), eventTimeMs: frame.atMs });
  }
  return plan.places.map((place, i) => inOrder[place] ?? columnNamed(known, plan.service.features[i]?.name ?? ""));
}

/** The rows' entity keys, under the names that they have in the view's source. */
export function keysOf(plan: WindowedPlan, { inputs, atMs }: InputFrame): Table {
  const columns = plan.keys.map((column, i) => [column, anyColumnOf(inputs, plan.readBy[i] ?? column)] as const);
  // Without keys there are no columns to count by.
  return { rowCount: atMs.length, columns: Object.fromEntries(columns) };
}

function columnNamed(known: ReadonlyMap<string, FeatureColumn>, name: string): FeatureColumn {
  const column = known.get(name);
  if (column !== undefined) return column;
  throw new SluiceError("features/unknown-feature", {
    found: `features ${[...known.keys()].join(", ")}`,
    expected: `a feature "${name}"`,
    fix: "Check the name: view, dot, feature.",
  });
}

/** Computes an on-demand view from the features and request fields that are known. */
export function computeOnDemand(
  plan: OnDemandPlan,
  frame: InputFrame,
  known: ReadonlyMap<string, FeatureColumn>,
): readonly FeatureColumn[] {
  return runSteps(onDemandSteps(plan, frame, known, freshCells));
}

/** How many rows of an on-demand view are computed in one step. */
const stepRows = 4096;

function* onDemandSteps(
  plan: OnDemandPlan,
  frame: InputFrame,
  known: ReadonlyMap<string, FeatureColumn>,
  pool: CellPool,
): Steps<readonly FeatureColumn[]> {
  const rows = frame.atMs.length;
  const inputs = plan.program.inputs.map((name) =>
    computable(name.includes(".") ? columnNamed(known, name).cells : cellsOf(anyColumnOf(frame.inputs, name)), name),
  );
  const outputs = outputCells(plan.outputs, rows, (tag, count) => pool.cells(tag, count));
  for (let from = 0; from < rows; from += stepRows) {
    plan.run(Math.min(from + stepRows, rows), inputs, outputs, from);
    if (from + stepRows < rows) yield;
  }
  return outputs.map((cells) => ({ cells, eventTimeMs: frame.atMs }));
}

/** A table's column as cells: states are statuses (a null is null, an absent cell is missing). */
export function cellsOf(column: Column): Cells {
  const statuses = column.states ?? new Uint8Array(column.values.length).fill(featureStatus.present);
  switch (column.tag) {
    case "utf8":
    case "json":
      return { kind: "text", values: Array.from(column.values, (code) => column.dictionary[code] ?? ""), statuses };
    case "i64":
      return { kind: "integer", values: column.values, statuses };
    case "f64":
    case "instant":
      return { kind: "number", values: column.values, statuses };
    case "i32":
    case "bool":
      return { kind: "number", values: Float64Array.from(column.values), statuses };
    case "f64[]": {
      const values = Array.from(column.values, (end, row) => column.items.subarray(itemsFrom(column, row), end));
      return { kind: "numbers", values, statuses };
    }
    case "utf8[]":
      return { kind: "texts", values: Array.from(column.values, (_, row) => textsAt(column, row)), statuses };
  }
}

function textsAt(column: TextsColumn, row: number): readonly string[] {
  const codes = column.items.subarray(itemsFrom(column, row), column.values[row]);
  return Array.from(codes, (code) => column.dictionary[code] ?? "");
}
