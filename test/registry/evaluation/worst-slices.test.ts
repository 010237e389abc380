import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import type { JudgedRows } from "../../../src/registry/evaluation/judged-rows.ts";
import { searchWorstSlices } from "../../../src/registry/evaluation/search/worst-slices.ts";
import { judgedRows } from "./judged.ts";

const columns = ["carrier", "origin", "day", "distance"];

function drawnColumns(random: Random, rows: number) {
  const oneOf = (names: readonly string[]) => Array.from({ length: rows }, () => names[random.int(names.length)] ?? "");
  return {
    texts: {
      carrier: oneOf(["AA", "BB", "CC", "DD"]),
      origin: oneOf(["ATL", "ORD", "DFW"]),
      day: oneOf(["mon", "tue", "wed", "thu", "fri"]),
    },
    numbers: { distance: Float64Array.from({ length: rows }, () => 1000 * Math.exp(random.normal())) },
  };
}

/** Labels that follow the predicted probabilities in every slice: nothing is to be found. */
function nothingWrong(random: Random, rows: number, spread: number): JudgedRows {
  const predictions = Float64Array.from({ length: rows }, () => 1 / (1 + Math.exp(-spread * random.normal() + 2)));
  const labels = predictions.map((p) => (random.next() < p ? 1 : 0));
  return judgedRows({ labels, predictions, ...drawnColumns(random, rows) });
}

function search(judged: JudgedRows, depth = 2) {
  const found = searchWorstSlices(judged, columns, { depth, minRows: 30 }, {});
  if ("notComputable" in found) throw new Error(found.notComputable);
  return found;
}

test.each([
  ["timid probabilities", 0.5],
  ["probabilities near 0 and 1, whose losses are skewed", 3],
] as const)("a model that is equally good everywhere has no worst slice but at the stated rate: %s", (_, spread) => {
  const sets = 400;
  let found = 0;
  let tested = 0;
  for (let i = 0; i < sets; i++) {
    const { slices, tested: count } = search(nothingWrong(seededRandom(`nothing ${spread} ${i}`), 900, spread));
    if (slices.length > 0) found++;
    tested += count;
  }
  expect(tested / sets).toBeGreaterThan(60);
  // 5% of 400, and three standard errors of it.
  expect(found / sets).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sets));
  expect(found).toBeGreaterThan(0);
});

test("skewed numbers keep the rate too, three conditions deep", () => {
  const sets = 150;
  let found = 0;
  for (let i = 0; i < sets; i++) {
    const random = seededRandom(`numbers ${i}`);
    const labels = Float64Array.from({ length: 1200 }, () => random.normal());
    const predictions = labels.map((label) => label + Math.exp(1.2 * random.normal()));
    const judged = judgedRows({ kind: "regression", labels, predictions, ...drawnColumns(random, 1200) });
    if (search(judged, 3).slices.length > 0) found++;
  }
  expect(found / sets).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sets));
});

test("a conjunction on which the model is wrong is found, and only it: neither its parts nor what repeats it", () => {
  const random = seededRandom("planted");
  const rows = 6000;
  const { texts, numbers } = drawnColumns(random, rows);
  const predictions = Float64Array.from({ length: rows }, () => 0.1 + 0.8 * random.next());
  const labels = predictions.map((p, i) => {
    const wrong = texts.carrier[i] === "BB" && texts.origin[i] === "ORD";
    return random.next() < (wrong ? 1 - p : p) ? 1 : 0;
  });
  const found = search(judgedRows({ labels, predictions, texts, numbers }), 3);
  const [worst] = found.slices;
  expect(worst?.conditions).toEqual([
    { column: "carrier", value: "BB" },
    { column: "origin", value: "ORD" },
  ]);
  expect(worst?.pValue).toBeLessThan(1e-6);
  expect(worst?.difference.lower).toBeGreaterThan(0);
  expect(worst?.loss).toBeGreaterThan(found.overall);
  // Its parts hold it and are worse for it alone; a third condition adds nothing.
  for (const { conditions } of found.slices) expect(conditions.length).toBeLessThanOrEqual(2);
});

test("numbers are cut at their quartiles, rare and missing values do not disturb, small slices are not tested", () => {
  const random = seededRandom("cut");
  const rows = 4000;
  const { texts, numbers } = drawnColumns(random, rows);
  const sorted = numbers.distance.slice().sort();
  const bound = sorted[3000] ?? 0;
  const predictions = Float64Array.from({ length: rows }, () => 0.5);
  const labels = Float64Array.from(numbers.distance, (distance) =>
    distance > bound ? (random.next() < 0.5 ? 1 : 0) : 1,
  );
  const surer = predictions.map(() => 0.9);
  const judged = judgedRows({ labels, predictions: surer, texts, numbers });
  const found = searchWorstSlices(judged, ["distance", "day", "at"], { depth: 1, minRows: 100 }, {});
  if ("notComputable" in found) throw new Error(found.notComputable);
  const [worst] = found.slices;
  expect(worst?.conditions[0]?.column).toBe("distance");
  expect(worst?.conditions[0]?.value).toMatch(/^\[\d.*\]$/);
  expect(worst?.rows).toBe(1000);
  // Quartiles of distance and of the row's number, and five days.
  expect(found.tested).toBe(13);
  expect(searchWorstSlices(judged, ["day"], { depth: 1, minRows: 3999 }, {})).toMatchObject({ tested: 0 });
  const scores = judgedRows({ labels, predictions: labels.map((label) => 7 * label), texts, numbers });
  expect(searchWorstSlices(scores, ["day"], {}, {})).toEqual({
    notComputable: "the predictions are no probabilities: rows have no loss",
  });
});

test("rows without a number are a slice of their own, beside the quartiles", () => {
  const random = seededRandom("missing");
  const distance = Float64Array.from({ length: 2000 }, () => (random.next() < 0.1 ? Number.NaN : random.next()));
  const predictions = distance.map(() => 0.9);
  const labels = distance.map((km) => (random.next() < (Number.isNaN(km) ? 0.4 : 0.9) ? 1 : 0));
  const judged = judgedRows({ labels, predictions, numbers: { distance } });
  const found = searchWorstSlices(judged, ["distance"], { depth: 1 }, {});
  if ("notComputable" in found) throw new Error(found.notComputable);
  expect(found.tested).toBe(5);
  expect(found.slices.map(({ conditions, rows }) => [conditions, rows])).toEqual([
    [[{ column: "distance", value: "NaN" }], distance.filter(Number.isNaN).length],
  ]);
});

test("what cannot be searched is refused, and a signal stops it", () => {
  const judged = nothingWrong(seededRandom("refused"), 200, 1);
  for (const wrong of [{ depth: 4 }, { minRows: 1 }, { alpha: 0 }, { alpha: 1 }, { most: 0 }, { minRows: Number.NaN }])
    expect(() => searchWorstSlices(judged, columns, wrong, {}), JSON.stringify(wrong)).toThrowError(
      /definition\/invalid/,
    );
  const many = (count: number) => Array.from({ length: count }, () => "day");
  for (const [count, depth] of [
    [101, 2],
    [31, 3],
  ] as const)
    expect(() => searchWorstSlices(judged, many(count), { depth }, {})).toThrowError(/definition\/invalid/);
  expect(() => searchWorstSlices(judged, ["nowhere"], {}, {})).toThrowError(/data\/missing-column/);
  const signal = AbortSignal.abort(new Error("enough"));
  expect(() => searchWorstSlices(judged, columns, {}, { signal })).toThrowError("enough");
});
