import { element, label } from "./svg.ts";

/** Width and height of the panel. */
export const panelSize = 320;

const left = 48;
const size = 232;
const top = 36;

/** Where a share lies on the axis to the right. */
export function placeX(share: number): number {
  return left + share * size;
}

/** Where a share lies on the axis upwards. */
export function placeY(share: number): number {
  return top + (1 - share) * size;
}

/** A square with shares from 0 to 1 on both axes, its title above it, and what is drawn in it. */
export function squarePanel(
  { title, across, up }: { readonly title: string; readonly across: string; readonly up: string },
  drawn: readonly string[],
): string {
  const ticks = [0, 0.5, 1].flatMap((share) => [
    label(placeX(share), top + size + 16, String(share), { "text-anchor": "middle" }),
    label(left - 8, placeY(share) + 4, String(share), { "text-anchor": "end" }),
  ]);
  return [
    label(left, 20, title, { "font-weight": "bold" }),
    element("rect", { x: left, y: top, width: size, height: size, fill: "none", stroke: "#888" }),
    ...ticks,
    ...drawn,
    label(left + size / 2, top + size + 34, across, { "text-anchor": "middle" }),
    label(12, top + size / 2, up, { "text-anchor": "middle", transform: `rotate(-90 12 ${top + size / 2})` }),
  ].join("");
}

/** A dashed line from one place of a square panel to another. */
export function dashed(from: readonly [number, number], to: readonly [number, number]): string {
  const [[x1, y1], [x2, y2]] = [from, to];
  return element("line", {
    x1: placeX(x1),
    y1: placeY(y1),
    x2: placeX(x2),
    y2: placeY(y2),
    stroke: "#888",
    "stroke-dasharray": "4 3",
  });
}

/** A line through places of a square panel. */
export function lineThrough(places: readonly (readonly [number, number])[]): string {
  const points = places.map(([x, y]) => `${Number(placeX(x).toFixed(2))},${Number(placeY(y).toFixed(2))}`).join(" ");
  return element("polyline", { points, fill: "none", stroke: "#1f6feb", "stroke-width": 1.5 });
}

/** A dot at a place of a square panel, and what it is. */
export function dotAt([x, y]: readonly [number, number], text: string): string {
  const dot = element("circle", { cx: placeX(x), cy: placeY(y), r: 4, fill: "#d1242f" });
  const isRight = x > 0.6;
  const beside = label(placeX(x) + (isRight ? -8 : 8), placeY(y) + 14, text, {
    fill: "#d1242f",
    "text-anchor": isRight ? "end" : "start",
  });
  return `${dot}${beside}`;
}
