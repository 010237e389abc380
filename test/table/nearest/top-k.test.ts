import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { topK, type VectorMetric } from "../../../src/features/index.ts";
import { lengthOf, nearnessTo } from "../../../src/table/nearest/nearness.ts";

/** Scores by the definitions, one plain sum each; of small whole numbers, which are exact in any order. */
function bruteForce(matrix: ArrayLike<number>, query: ArrayLike<number>, k: number, metric: VectorMetric) {
  const n = query.length;
  const all = Array.from({ length: matrix.length / n }, (_, row) => {
    let [dot, distance, own, other] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const [x = 0, y = 0] = [matrix[row * n + i], query[i]];
      dot += x * y;
      distance += (x - y) ** 2;
      own += x * x;
      other += y * y;
    }
    const cosine = dot / (Math.sqrt(own) * Math.sqrt(other));
    return { row, score: { dot, cosine, euclidean: Math.sqrt(distance) }[metric] };
  });
  const numbers = all.filter(({ score }) => !Number.isNaN(score));
  const sign = metric === "euclidean" ? 1 : -1;
  numbers.sort((a, b) => sign * (a.score - b.score) || a.row - b.row);
  return numbers.slice(0, k);
}

function draw(random: Random, length: number, single: boolean): Float32Array | Float64Array {
  const values = single ? new Float32Array(length) : new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = random.int(7) - 3;
  if (length > 0 && random.int(4) === 0) values[random.int(length)] = Number.NaN;
  return values;
}

test("is what brute force finds, ties and rows without a score with it: 6,000 drawn searches", () => {
  const random = seededRandom("top-k");
  for (let round = 0; round < 2000; round++) {
    const dimension = 1 + random.int(11);
    const matrix = draw(random, dimension * random.int(40), random.int(2) === 0);
    const query = Float64Array.from({ length: dimension }, () => random.int(7) - 3);
    const k = 1 + random.int(12);
    for (const metric of ["cosine", "dot", "euclidean"] as const) {
      const expected = bruteForce(matrix, query, k, metric);
      const found = topK(matrix, dimension, query, { k, metric });
      expect(Array.from(found.rows), `round ${round}, ${metric}`).toEqual(expected.map(({ row }) => row));
      expect(Array.from(found.scores)).toEqual(expected.map(({ score }) => score));
    }
  }
});

test("finds among real directions what a plain sum finds", () => {
  const random = seededRandom("directions");
  const dimension = 33;
  const matrix = Float32Array.from({ length: dimension * 500 }, () => random.normal());
  const query = Float32Array.from({ length: dimension }, () => random.normal());
  const expected = bruteForce(matrix, query, 10, "cosine");
  const found = topK(matrix, dimension, query, { k: 10 });
  expect(Array.from(found.rows)).toEqual(expected.map(({ row }) => row));
  for (const [i, { score }] of expected.entries()) expect(found.scores[i]).toBeCloseTo(score, 12);
});

test("a cosine has the same bits whether a row's length is known or not", () => {
  const random = seededRandom("lengths");
  for (let dimension = 1; dimension < 70; dimension++) {
    const query = Float64Array.from({ length: dimension }, () => random.normal());
    const nearness = nearnessTo(query, "cosine");
    const drawn = Float64Array.from({ length: dimension * 5 }, () => random.normal() * 1e3);
    for (const matrix of [drawn, Float32Array.from(drawn)]) {
      for (let at = 0; at < matrix.length; at += dimension)
        expect(nearness(matrix, at)).toBe(nearness(matrix, at, lengthOf(matrix, at, dimension)));
    }
  }
});

test("nothing in an empty matrix, and nothing near a query of length 0 by cosine", () => {
  expect(topK(new Float32Array(0), 3, new Float32Array(3), { k: 2 }).rows).toHaveLength(0);
  expect(topK(Float64Array.of(1, 0), 2, new Float64Array(2), { k: 2 }).rows).toHaveLength(0);
  expect(Array.from(topK(Float64Array.of(1, 0), 2, new Float64Array(2), { k: 2, metric: "dot" }).scores)).toEqual([0]);
});

const wrong: readonly (readonly [string, Float32Array, number, Float32Array, number])[] = [
  ["a query of 1 numbers", new Float32Array(4), 2, new Float32Array(1), 1],
  ["a matrix of 3 numbers", new Float32Array(3), 2, new Float32Array(2), 1],
  ["dimension: 0", new Float32Array(0), 0, new Float32Array(0), 1],
  ["k: 0", new Float32Array(2), 2, new Float32Array(2), 0],
  ["k: 1.5", new Float32Array(2), 2, new Float32Array(2), 1.5],
];
test.each(wrong)("%s is refused", (found, matrix, dimension, query, k) => {
  expect(() => topK(matrix, dimension, query, { k })).toThrow(
    expect.objectContaining({ code: "argument/invalid", found }),
  );
});

test("an unknown metric is refused", () => {
  const metric = "manhattan" as VectorMetric;
  expect(() => topK(new Float32Array(2), 2, new Float32Array(2), { k: 1, metric })).toThrow("manhattan");
});
