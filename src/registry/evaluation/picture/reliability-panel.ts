import type { Reliability } from "../../../contracts/evaluation-detail.ts";
import { element, label } from "./svg.ts";

/** Width and height of the panel. */
export const panelSize = 320;

const left = 48;
const size = 232;
const top = 36;

/** The reliability curve in a square: what was said against what happened, with intervals; on the line the probabilities are right. */
export function reliabilityPanel({ bins, of }: Reliability): string {
  const x = (share: number): number => left + share * size;
  const y = (share: number): number => top + (1 - share) * size;
  const most = Math.max(...bins.map(({ rows }) => rows));
  const ticks = [0, 0.5, 1].flatMap((share) => [
    label(x(share), top + size + 16, String(share), { "text-anchor": "middle" }),
    label(left - 8, y(share) + 4, String(share), { "text-anchor": "end" }),
  ]);
  const points = bins.flatMap(({ meanProbability, observed, rows }) => {
    const [at, value] = [x(meanProbability), y(observed.value)];
    return [
      element("line", {
        x1: at,
        x2: at,
        y1: y(observed.lower ?? observed.value),
        y2: y(observed.upper ?? observed.value),
        stroke: "#1f6feb",
      }),
      element("circle", { cx: at, cy: value, r: 2 + 3 * Math.sqrt(rows / most), fill: "#1f6feb" }),
    ];
  });
  return [
    label(left, 20, `Reliability (${of})`, { "font-weight": "bold" }),
    element("rect", { x: left, y: top, width: size, height: size, fill: "none", stroke: "#888" }),
    element("line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1), stroke: "#888", "stroke-dasharray": "4 3" }),
    ...ticks,
    ...points,
    label(left + size / 2, top + size + 34, "said", { "text-anchor": "middle" }),
    label(12, top + size / 2, "happened", { "text-anchor": "middle", transform: `rotate(-90 12 ${top + size / 2})` }),
  ].join("");
}
