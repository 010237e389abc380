import type { EvaluationReport } from "../../../contracts/evaluation-report.ts";
import type { MetricEstimate, Metrics } from "../../../contracts/metric-estimate.ts";
import { element, label } from "./svg.ts";

const rowHeight = 18;
const mostRows = 30;
const names = 190;
const plot = 220;
const top = 44;

interface Row {
  readonly name: string;
  readonly found: MetricEstimate;
}

/** How high the panel of so many slices is. */
export function slicesHeight(slices: number): number {
  return top + (Math.min(slices, mostRows) + 1) * rowHeight + 30;
}

/** A metric of all rows and of each slice with its interval, one below the other; the line is that of all rows. Empty without such a metric. */
export function slicesPanel({ metrics, slices }: Pick<EvaluationReport, "metrics" | "slices">, metric: string): string {
  const all = estimateOf(metrics[metric]);
  if (all === undefined) return "";
  const rows: Row[] = [{ name: "all rows", found: all }];
  for (const slice of slices.slice(0, mostRows)) {
    const found = estimateOf(slice.metrics[metric]);
    if (found !== undefined) rows.push({ name: `${slice.column} = ${slice.value} (${slice.rows})`, found });
  }
  const least = Math.min(...rows.map(({ found }) => found.lower ?? found.value));
  const most = Math.max(...rows.map(({ found }) => found.upper ?? found.value));
  const x = (value: number): number => names + (most === least ? plot / 2 : ((value - least) / (most - least)) * plot);
  const bottom = top + rows.length * rowHeight;
  const lines = rows.flatMap(({ name, found }, i) => {
    const y = top + i * rowHeight + rowHeight / 2;
    return [
      label(names - 10, y + 4, name.length > 30 ? `${name.slice(0, 29)}…` : name, { "text-anchor": "end" }),
      element("line", {
        x1: x(found.lower ?? found.value),
        x2: x(found.upper ?? found.value),
        y1: y,
        y2: y,
        stroke: "#1f6feb",
      }),
      element("circle", { cx: x(found.value), cy: y, r: 3.5, fill: "#1f6feb" }),
    ];
  });
  return [
    label(0, 20, `${metric} by slice`, { "font-weight": "bold" }),
    element("line", {
      x1: x(all.value),
      x2: x(all.value),
      y1: top,
      y2: bottom,
      stroke: "#888",
      "stroke-dasharray": "4 3",
    }),
    ...lines,
    label(names, bottom + 16, shown(least), { "text-anchor": "middle" }),
    label(names + plot, bottom + 16, shown(most), { "text-anchor": "middle" }),
  ].join("");
}

function estimateOf(found: Metrics[string] | undefined): MetricEstimate | undefined {
  return found === undefined || "notComputable" in found ? undefined : found;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
