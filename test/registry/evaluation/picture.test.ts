import { expect, test } from "vitest";
import type { EvaluationReport } from "../../../src/contracts/evaluation-report.ts";
import { evaluationPicture } from "../../../src/registry/evaluation/picture/evaluation-picture.ts";
import { evaluation, metric } from "../gate-evidence.ts";

const bins = [
  { from: 0, to: 0.5, rows: 250, meanProbability: 0.25, observed: { value: 0.2, lower: 0.15, upper: 0.26, n: 250 } },
  { from: 0.5, to: 1, rows: 250, meanProbability: 0.75, observed: { value: 0.8, lower: 0.74, upper: 0.85, n: 250 } },
];
const report: EvaluationReport = {
  ...evaluation,
  model: `<"late" & 'early'>`,
  reliability: { of: "outcome", bins, spiegelhalter: { z: 0, pValue: 1 } },
  slices: [
    { column: "carrier", value: "</text><script>", rows: 300, metrics: { auc: metric(0.6, 0.1) } },
    { column: "carrier", value: "B", rows: 200, metrics: { auc: { notComputable: "all labels are the same" } } },
  ],
};

/** The tags of a picture, each with whether it opens, closes or does both. */
function tagsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)].map(([, close, name, self]) => `${close}${name}${self}`);
}

test("a picture is well-formed SVG with a point for each bin and each slice that has the metric", () => {
  const svg = evaluationPicture(report);
  const open: string[] = [];
  for (const tag of tagsOf(svg)) {
    if (tag.endsWith("/")) continue;
    if (tag.startsWith("/")) expect(open.pop()).toBe(tag.slice(1));
    else open.push(tag);
  }
  expect(open).toEqual([]);
  // Two bins; all rows and one slice.
  expect(svg.match(/<circle /g)).toHaveLength(4);
  expect(svg).toContain('cx="106" cy="221.6"');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test("texts are escaped, and what was not measured is left out", () => {
  const svg = evaluationPicture(report);
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&#60;&#34;late&#34; &#38; &#39;early&#39;&#62;");
  const { reliability: _without, ...bare } = report;
  expect(evaluationPicture({ ...bare, slices: [] })).not.toContain("Reliability");
  const nothing = evaluationPicture({ ...bare, metrics: { auc: { notComputable: "no rows" } } });
  expect(nothing).not.toContain("<circle");
  expect(tagsOf(nothing).at(-1)).toBe("/svg");
});
