import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dcg,
  meanAveragePrecision,
  meanReciprocalRank,
  ndcg,
  rankingMetrics,
} from "../../../../src/stats/quality/ranking/ranking-metrics.ts";
import { RankingQuality } from "../../../../src/stats/quality/ranking/ranking-quality.ts";
import { computed, reasonOf } from "../../computed.ts";
import { wholeAndParts } from "../draws.ts";

const query = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 })), { maxLength: 8 });

test("scikit-learn's NDCG examples", () => {
  const truth = [10, 0, 0, 1, 5];
  const one = { offsets: [0, 5] };
  expect(computed(ndcg([0.1, 0.2, 0.3, 4, 70], truth, one)).value).toBeCloseTo(0.6956940443813076, 13);
  expect(computed(ndcg([0.05, 1.1, 1, 0.5, 0], truth, one)).value).toBeCloseTo(0.493680191377376, 13);
  expect(computed(ndcg([0.05, 1.1, 1, 0.5, 0], truth, one, { k: 4 })).value).toBeCloseTo(0.3520241100634488, 13);
  expect(computed(ndcg([1, 0, 0, 0, 1], truth, one, { k: 1 })).value).toBeCloseTo(0.75, 14);
  expect(computed(dcg([0.1, 0.2, 0.3, 4, 70], truth, one)).value).toBeCloseTo(9.499457825916874, 12);
});

test("means by hand, groups by offsets and by ids", () => {
  const scores = [3, 2, 1, 3, 2, 1];
  const relevances = [0, 1, 1, 1, 0, 0];
  const found = computed(rankingMetrics(scores, relevances, { offsets: [0, 3, 6] }, { k: 2 }));
  expect(found).toMatchObject({ meanReciprocalRank: 0.75, precision: 0.5, recall: 0.75, hitRate: 1, queries: 2 });
  expect(found.meanAveragePrecision).toBe((0.25 + 1) / 2);
  const order = [4, 0, 3, 1, 5, 2];
  const shuffled = rankingMetrics(
    order.map((i) => scores[i] ?? 0),
    order.map((i) => relevances[i] ?? 0),
    { ids: order.map((i) => (i < 3 ? "a" : "b")) },
    { k: 2 },
  );
  expect(shuffled).toEqual(found);
  expect(computed(meanAveragePrecision(scores, relevances, { offsets: [0, 3, 6] })).value).toBeCloseTo(
    (7 / 12 + 1) / 2,
    14,
  );
  expect(computed(meanReciprocalRank(scores, relevances, { offsets: [0, 3, 6] })).value).toBe(0.75);
});

test("queries without a relevant row count zero, or are left out when asked", () => {
  const [scores, relevances, groups] = [[2, 1, 2, 1], [1, 0, 0, 0], { offsets: [0, 2, 4] }] as const;
  expect(computed(ndcg(scores, relevances, groups))).toEqual({ value: 0.5, queries: 2, withoutRelevant: 1 });
  expect(computed(ndcg(scores, relevances, groups, { withoutRelevant: "skip" })).value).toBe(1);
  expect(reasonOf(ndcg([1], [0], { offsets: [0, 1] }, { withoutRelevant: "skip" }))).toBe("zero-denominator");
});

test("parts merge to the bit; every mean is in [0, 1]; equal scores do not depend on the order of rows", () => {
  fc.assert(
    fc.property(fc.array(query, { maxLength: 9 }), fc.integer({ min: 1, max: 6 }), (queries, k) => {
      const make = (part: readonly (readonly (readonly [number, number])[])[], reversed = false): RankingQuality => {
        const quality = new RankingQuality({ k, gains: "exponential" });
        for (const rows of part) {
          const ordered = reversed ? [...rows].reverse() : rows;
          quality.add(
            ordered.map(([score]) => score),
            ordered.map(([, relevance]) => relevance),
          );
        }
        return quality;
      };
      const [whole, merged] = wholeAndParts(queries, (part) => make(part), RankingQuality.fromBytes);
      expect(merged.toBytes()).toEqual(whole.toBytes());
      const found = merged.metrics();
      expect(reasonOf(found)).toBe(queries.length === 0 ? "empty" : undefined);
      if (queries.length === 0) return;
      const { dcg: _, queries: seen, withoutRelevant, ...shares } = computed(found);
      expect(seen).toBe(queries.length);
      expect(withoutRelevant).toBe(queries.filter((rows) => rows.every(([, relevance]) => relevance === 0)).length);
      for (const share of Object.values(shares)) expect(share >= 0 && share <= 1).toBe(true);
      const turned = computed(make(queries, true).metrics());
      for (const [key, share] of Object.entries(shares))
        expect(turned[key as keyof typeof turned]).toBeCloseTo(share, 12);
    }),
    { seed: 41 },
  );
});

test("what has no value says why; misuse is refused", () => {
  expect(reasonOf(ndcg([], [], { offsets: [0] }))).toBe("empty");
  expect(reasonOf(ndcg([Number.NaN], [1], { offsets: [0, 1] }))).toBe("nan");
  expect(reasonOf(ndcg([1], [-1], { offsets: [0, 1] }))).toBe("out-of-range");
  expect(reasonOf(ndcg([1], [2000], { offsets: [0, 1] }, { gains: "exponential" }))).toBe("out-of-range");
  expect(computed(ndcg([Infinity, -Infinity], [1, 0], { ids: [7, 7] })).value).toBe(1);
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  refused(() => ndcg([1, 2], [1], { offsets: [0, 1] }));
  refused(() => ndcg([1, 2], [1, 0], { offsets: [0, 1] }));
  refused(() => ndcg([1, 2], [1, 0], { offsets: [0, 3, 2] }));
  refused(() => ndcg([1, 2], [1, 0], { offsets: [] }));
  refused(() => ndcg([1, 2], [1, 0], { ids: [1] }));
  refused(() => new RankingQuality({ k: 0 }));
  refused(() => new RankingQuality({ gains: "square" as never }));
  refused(() => new RankingQuality({ withoutRelevant: "drop" as never }));
  refused(() => new RankingQuality({ k: 1 }).merge(new RankingQuality({ k: 2 })));
  refused(() => RankingQuality.fromBytes(new Uint8Array(9)));
});

test("a tiny relevance has an exponential gain too", () => {
  const found = ndcg([1, 2], [1e-20, 0], { offsets: [0, 2] }, { gains: "exponential" });
  expect(computed(found).value).toBeCloseTo(1 / Math.log2(3), 12);
});
