import { featureStatus } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { Column } from "../../table/column.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { type ServedRow, servedCell } from "./served-rows.ts";
import { columnOfCells } from "../store/training-columns.ts";
import { loggedFeatures } from "../log/logged-features.ts";

/** Served rows as a table with the feature columns of a training set: a null is null, a missing or expired cell absent. */
export function servedTable(service: ServiceDefinition, rows: readonly ServedRow[]): Table {
  const columns: { [name: string]: Column } = {};
  for (const { feature } of loggedFeatures(service)) {
    const cells = rows.map((row) => servedCell(row, feature.name));
    const values = Float64Array.from(cells, (cell) => cell?.value ?? Number.NaN);
    const statuses = Uint8Array.from(cells, (cell) => cell?.status ?? featureStatus.missing);
    columns[feature.name] = columnOfCells({ kind: "number", values, statuses }, feature.type.tag);
  }
  return makeTable(columns);
}
