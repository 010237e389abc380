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

test("a binary report's curve is drawn as ROC and precision–recall, with the decisions' point on both", () => {
  const called = { truePositives: [20, 40, 50], falsePositives: [0, 10, 50] };
  const decisions = {
    threshold: 0.5,
    classes: ["no", "yes"],
    counts: [
      [40, 10],
      [10, 40],
    ],
  };
  const { reliability: _without, ...bare } = report;
  const drawn: EvaluationReport = {
    ...bare,
    slices: [],
    metrics: { auc: metric(0.88, 0.01), averagePrecision: { notComputable: "not asked" } },
    curve: { positives: 50, negatives: 50, thresholds: [0.9, 0.5, 0.1], ...called },
    decisions,
  };
  const svg = evaluationPicture(drawn);
  const lines = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map((match) => match[1]);
  // x = 48 + 232 × the rate, y = 36 + 232 × (1 − the rate), from "call nothing" on.
  expect(lines).toEqual(["48,268 48,175.2 94.4,82.4 280,36", "48,36 140.8,36 140.8,82.4 233.6,82.4 233.6,152 280,152"]);
  expect(svg).toContain("ROC (AUC 0.88)");
  expect(svg).toContain("Precision and recall<");
  expect(svg.match(/<circle /g)).toHaveLength(3);
  expect(svg).toContain('cx="94.4" cy="82.4"');
  expect(svg.match(/>from 0\.5 on<\/text>/g)).toHaveLength(2);
  expect(svg).toContain('cx="233.6" cy="82.4"');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const without = evaluationPicture({ ...bare, slices: [], metrics: drawn.metrics, decisions });
  expect(without).not.toContain("polyline");
});
