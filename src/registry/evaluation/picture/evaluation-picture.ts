import type { EvaluationReport } from "../../../contracts/evaluation-report.ts";
import { requireMade } from "../../../core/known-arguments.ts";
import { precisionRecallPanel, rocPanel } from "./curve-panels.ts";
import { reliabilityPanel } from "./reliability-panel.ts";
import { slicesHeight, slicesPanel } from "./slices-panel.ts";
import { panelSize } from "./square-panel.ts";
import { element, escaped } from "./svg.ts";

const reportMade = {
  what: "an evaluation's report",
  by: "ws.registry.evaluate() returns it",
  members: { model: "text", metrics: "object", slices: "list" },
} as const;

/**
 * An evaluation as a picture: the reliability curve, the first metric of all rows and of each slice with their intervals, and of a binary model the ROC and the
 * precision–recall curve. SVG by itself: no script, no font, no address from outside; texts are escaped. What was not measured is left out, as the curves of
 * reports of before they were measured. Errors: `argument/invalid` for what is no report.
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
  const { model, rows } = report;
  const above = upperPanels(report);
  const below = curvePanels(report);
  const width = Math.max(above.width, below.width);
  const height = above.height + below.height;
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
      above.drawn,
      below.drawn === "" ? "" : element("g", { transform: `translate(0 ${above.height})` }, below.drawn),
    ].join(""),
  );
}

interface Panels {
  readonly drawn: string;
  readonly width: number;
  readonly height: number;
}

/** Reliability and slices side by side. */
function upperPanels(report: EvaluationReport): Panels {
  const { reliability, slices, metrics } = report;
  const left = reliability === undefined ? "" : reliabilityPanel(reliability);
  const right = slicesPanel(report, Object.keys(metrics)[0] ?? "");
  const start = left === "" ? 0 : panelSize;
  return {
    drawn: `${left}${right === "" ? "" : element("g", { transform: `translate(${start + 10} 0)` }, right)}`,
    width: start + (right === "" ? 20 : 450),
    height: Math.max(left === "" ? 60 : panelSize, right === "" ? 60 : slicesHeight(slices.length)),
  };
}

/** The curves of a binary model side by side. */
function curvePanels(report: EvaluationReport): Panels {
  const { curve } = report;
  if (curve === undefined || curve.thresholds.length === 0) return { drawn: "", width: 0, height: 0 };
  const right = precisionRecallPanel(curve, report);
  return {
    drawn: `${rocPanel(curve, report)}${element("g", { transform: `translate(${panelSize} 0)` }, right)}`,
    width: 2 * panelSize,
    height: panelSize,
  };
}
