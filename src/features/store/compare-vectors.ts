import { featureStatus } from "../../contracts/feature-reader.ts";
import { SluiceError } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import type { Cells } from "../kernel/cells.ts";

/** Feature vectors as they were served: row-major in the service's feature order. */
export interface LoggedVectors {
  readonly values: Float64Array;
  readonly statuses: Uint8Array;
}

/** How what was served differs from what is computed again from history, bit for bit. */
export interface SkewReport {
  /** Cells compared. */
  readonly cells: number;
  /** Cells whose value (under `Object.is`) or status differs. */
  readonly different: number;
  /** Differing cells by feature; features without any are left out. */
  readonly byFeature: { readonly [feature: string]: number };
  /** Rows of entities that were erased since they were served: history has them no more, so they are not compared. */
  readonly erased: number;
}

/** Rows that are not compared. */
export type RowsErased = (row: number) => boolean;

/** Feature cells as they were served: per feature one value and one status a request. */
export interface LoggedColumns {
  readonly columns: { readonly [feature: string]: LoggedColumn };
}

/** One feature's served cells; booleans are 0 or 1, instants epoch ms. */
export interface LoggedColumn {
  readonly values: FeatureValues;
  readonly statuses: Uint8Array;
}

/** Values of a feature, by its type: numbers, 64-bit integers, texts, or lists. */
export type FeatureValues =
  | Float64Array
  | BigInt64Array
  | readonly string[]
  | readonly (ArrayLike<number> | readonly string[])[];

/** Compares two sets of vectors cell by cell. Where neither cell has a value, only the statuses count. */
export function compareVectors(
  names: readonly string[],
  logged: LoggedVectors,
  computed: LoggedVectors,
  isErased: RowsErased,
): SkewReport {
  return tally(names, computed.values.length / names.length, isErased, (i) => {
    const status = computed.statuses[i];
    if (logged.statuses[i] !== status) return false;
    return status !== featureStatus.present || Object.is(logged.values[i], computed.values[i]);
  });
}

/** Compares served columns with computed ones, as {@link compareVectors} does. Errors: `features/invalid-input` for a missing column and for arrays of other lengths. */
export function compareColumns(
  names: readonly string[],
  rows: number,
  { columns }: LoggedColumns,
  computed: readonly Cells[],
  isErased: RowsErased,
): SkewReport {
  const logged = names.map((name) => loggedColumn(name, columns[name], rows));
  return tally(names, rows, isErased, (i) => {
    const row = Math.floor(i / names.length);
    const [was, is] = [logged[i % names.length], computed[i % names.length]];
    const status = is?.statuses[row];
    if (was?.statuses[row] !== status) return false;
    return status !== featureStatus.present || isSame(was?.values[row], is?.values[row]);
  });
}

type Value = FeatureValues[number] | undefined;

/** Whether two values are the same under `Object.is`; lists, item by item. */
export function isSame(a: Value, b: Value): boolean {
  if (typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function loggedColumn(name: string, column: LoggedColumn | undefined, rows: number): LoggedColumn {
  if (column?.values.length === rows && column.statuses.length === rows) return column;
  throw new SluiceError("features/invalid-input", {
    found:
      column === undefined
        ? `no column "${name}"`
        : `${column.values.length} values and ${column.statuses.length} statuses in column "${name}"`,
    expected: `a column of ${rows} for every feature of the service`,
    fix: "Pass arrays that belong to the same rows.",
  });
}

/** Counts the cells, row by row, that are not the same. */
function tally(
  names: readonly string[],
  rows: number,
  isErased: RowsErased,
  holds: (cell: number) => boolean,
): SkewReport {
  const byFeature: { [feature: string]: number } = {};
  let [different, erased] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (isErased(row)) {
      erased++;
      continue;
    }
    for (const [at, name] of names.entries()) {
      if (holds(row * names.length + at)) continue;
      different++;
      byFeature[name] = (byFeature[name] ?? 0) + 1;
    }
  }
  return printable({ cells: (rows - erased) * names.length, different, byFeature, erased }, formatReplay);
}

function formatReplay({ cells, different, byFeature, erased }: SkewReport): string {
  const left = erased === 0 ? "" : `; ${erased} rows of erased entities are left out`;
  if (cells === 0) return `nothing was compared${left}`;
  if (different === 0) return `${cells} cells: all equal to the bit${left}`;
  const features = Object.entries(byFeature).map(([name, count]) => `${count} of ${name}`);
  return `${cells} cells: ${different} differ: ${features.join(", ")}${left}`;
}
