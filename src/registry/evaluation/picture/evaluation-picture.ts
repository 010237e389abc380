import type { EvaluationReport } from "../../../contracts/evaluation-report.ts";
import { requireMade } from "../../../core/known-arguments.ts";
import { panelSize, reliabilityPanel } from "./reliability-panel.ts";
import { slicesHeight, slicesPanel } from "./slices-panel.ts";
import { element, escaped } from "./svg.ts";

const reportMade = {
  what: "an evaluation's report",
  by: "ws.registry.evaluate() returns it",
  members: { model: "text", metrics: "object", slices: "list" },
} as const;

/**
 * An evaluation as a picture: the reliability curve, and the first metric of all rows and of each slice with their intervals. SVG by itself: no script, no font, no
 * address from outside; texts are escaped. What was not measured is left out.
 *
 * @example
 * ```ts
 * import type { EvaluationReport } from "sluice";
 * import { evaluationPicture } from "sluice/registry";
 * import { writeFile } from "node:fs/promises";
 * const save = (report: EvaluationReport) => writeFile("evaluation.svg", evaluationPicture(report));
 * if (typeof save !== "function") throw new Error("unreachable");
 * ```
 */
export function evaluationPicture(report: EvaluationReport): string {
  requireMade("evaluationPicture()", report, reportMade);
  const { reliability, model, rows } = report;
  const metric = Object.keys(report.metrics)[0] ?? "";
  const left = reliability === undefined ? "" : reliabilityPanel(reliability);
  const right = slicesPanel(report, metric);
  const start = left === "" ? 0 : panelSize;
  const width = start + (right === "" ? 20 : 450);
  const height = Math.max(left === "" ? 60 : panelSize, right === "" ? 60 : slicesHeight(report.slices.length));
  const title = `Evaluation of ${model} on ${rows} rows`;
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "font-family": "sans-serif",
      "font-size": 12,
    },
    [
      `<title>${escaped(title)}</title>`,
      element("rect", { width, height, fill: "#fff" }),
      left,
      right === "" ? "" : element("g", { transform: `translate(${start + 10} 0)` }, right),
    ].join(""),
  );
}
