import type { ManyFeatures } from "../../contracts/feature-reader.ts";
import { alignedLines } from "../../core/aligned-lines.ts";
import type { CellTag } from "../../core/cell-type.ts";
import { isoOf } from "../../core/iso-of.ts";
import { cellText, counted, formatGrid } from "../../table/format-grid.ts";
import type { FeatureRow, RowShape } from "./row-shape.ts";

/** One row's features as text: a line a feature with its value or status, and when that happened. */
export function formatFeatures({ names, tags }: RowShape, features: FeatureRow, atMs: number): string {
  const lines = names.map((name, f) => {
    const cell = features[name];
    const happened = cell !== undefined && "eventTimeMs" in cell ? `event at ${isoOf(cell.eventTimeMs)}` : "";
    return [`  ${name}`, statusOrValue(tags[f], cell), happened];
  });
  const head = `${counted(names.length, "feature")} at ${isoOf(atMs)}`;
  return [names.length === 0 ? head : `${head}:`, ...alignedLines(lines, () => false)].join("\n");
}

/** Many rows' features as text: the first rows with their instants, in columns. */
export function formatManyFeatures({ names, tags }: RowShape, { rows, atMs, row }: ManyFeatures<FeatureRow>): string {
  const read = new Map<number, FeatureRow>();
  const rowAt = (at: number): FeatureRow => {
    const known = read.get(at) ?? row(at);
    read.set(at, known);
    return known;
  };
  const features = names.map((name, f) => ({
    name,
    tag: tags[f] ?? "f64",
    cell: (at: number) => statusOrValue(tags[f], rowAt(at)[name]),
  }));
  const at = { name: "at", tag: "instant", cell: (row: number) => isoOf(atMs[row] ?? Number.NaN) } as const;
  return `${counted(rows, "row")} × ${counted(names.length, "feature")}\n${formatGrid(rows, [at, ...features])}`;
}

function statusOrValue(tag: CellTag = "f64", cell: FeatureRow[string] | undefined): string {
  if (cell === undefined) return "missing";
  return cell.status === "present" ? cellText(tag, cell.value) : cell.status;
}
