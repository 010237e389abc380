import type { Reliability } from "../../../contracts/evaluation-detail.ts";
import { dashed, placeX, placeY, squarePanel } from "./square-panel.ts";
import { element } from "./svg.ts";

/** The reliability curve in a square: what was said against what happened, with intervals; on the line the probabilities are right. */
export function reliabilityPanel({ bins, of }: Reliability): string {
  const most = Math.max(...bins.map(({ rows }) => rows));
  const points = bins.flatMap(({ meanProbability, observed, rows }) => {
    const [at, value] = [placeX(meanProbability), placeY(observed.value)];
    return [
      element("line", {
        x1: at,
        x2: at,
        y1: placeY(observed.lower ?? observed.value),
        y2: placeY(observed.upper ?? observed.value),
        stroke: "#1f6feb",
      }),
      element("circle", { cx: at, cy: value, r: 2 + 3 * Math.sqrt(rows / most), fill: "#1f6feb" }),
    ];
  });
  return squarePanel({ title: `Reliability (${of})`, across: "said", up: "happened" }, [
    dashed([0, 0], [1, 1]),
    ...points,
  ]);
}
