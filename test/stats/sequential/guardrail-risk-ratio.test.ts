import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { GuardrailEProcess } from "../../../src/stats/sequential/guardrail-e-process.ts";
import { guardrailRiskRatio } from "../../../src/stats/sequential/guardrail-risk-ratio.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";

const strata = fc
  .uniqueArray(fc.constantFrom(0.01, 0.05, 0.1, 0.25, 0.5, 0.9), { minLength: 1, maxLength: 4 })
  .chain((shares) =>
    fc.tuple(
      ...shares.map((share) =>
        fc.record({ share: fc.constant(share), challenger: fc.nat(300), champion: fc.nat(300) }),
      ),
    ),
  );

test("the ends are the ratios at which the e-processes with that margin cross 2/α", () => {
  fc.assert(
    fc.property(strata, fc.constantFrom(0.8, 0.95, 0.999), (counts, confidence) => {
      if (counts.every(({ challenger, champion }) => challenger + champion === 0)) return;
      const { lower, upper } = computed(guardrailRiskRatio(counts, { confidence }));
      const crossed = (direction: "harm" | "safe", ratio: number): boolean => {
        const state = { version: 1, direction, margin: ratio - 1, strata: counts } as const;
        return GuardrailEProcess.fromState(state).crossed((1 - confidence) / 2);
      };
      // Processes have margins of at least 0.
      if (lower > 1.001) {
        expect(crossed("harm", lower * 0.9999)).toBe(true);
        expect(crossed("harm", lower * 1.0001)).toBe(false);
      } else {
        expect(crossed("harm", 1.002)).toBe(false);
      }
      if (upper === Number.POSITIVE_INFINITY) {
        expect(crossed("safe", 1e9)).toBe(false);
      } else if (upper > 1.001) {
        expect(crossed("safe", upper * 1.0001)).toBe(true);
        expect(crossed("safe", upper * 0.9999)).toBe(false);
      } else {
        expect(crossed("safe", 1.002)).toBe(true);
      }
    }),
    { seed: 5 },
  );
});

test("it turns round with the arms, holds its value, and narrows with confidence", () => {
  fc.assert(
    fc.property(strata, (counts) => {
      if (counts.every(({ challenger, champion }) => challenger * champion === 0)) return;
      const ratio = computed(guardrailRiskRatio(counts));
      expect(ratio.lower <= ratio.value && ratio.value <= ratio.upper).toBe(true);
      expect(ratio.confidence).toBe(0.95);
      const wider = computed(guardrailRiskRatio(counts, { confidence: 0.999 }));
      expect(wider.lower <= ratio.lower && ratio.upper <= wider.upper).toBe(true);
      const turned = counts.map(({ share, challenger, champion }) => ({
        share: 1 - share,
        challenger: champion,
        champion: challenger,
      }));
      const other = computed(guardrailRiskRatio(turned));
      expect(relativeError(other.value, 1 / ratio.value)).toBeLessThan(1e-9);
    }),
    { seed: 6 },
  );
});

test("one share: the estimate is the ratio of the rates", () => {
  const found = computed(guardrailRiskRatio([{ share: 0.1, challenger: 30, champion: 180 }]));
  expect(relativeError(found.value, 30 / 180 / (0.1 / 0.9))).toBeLessThan(1e-12);
  expect(found.lower).toBeGreaterThan(0.7);
  expect(found.upper).toBeLessThan(2.8);
});

test("it ever misses the truth no more often than stated, under a ramp, looked at all the time", () => {
  const random = seededRandom("ratio");
  const runs = 300;
  let missed = 0;
  for (let run = 0; run < runs; run++) {
    const counts = [0.05, 0.25, 0.5].map((share) => ({ share, challenger: 0, champion: 0 }));
    for (let i = 0; i < 300; i++) {
      const stratum = counts[Math.floor(i / 100)] as (typeof counts)[number];
      const odds = (1.4 * stratum.share) / (1 - stratum.share);
      if (random.next() < odds / (1 + odds)) stratum.challenger++;
      else stratum.champion++;
      if (i % 10 !== 9) continue;
      const { lower, upper } = computed(guardrailRiskRatio(counts, { confidence: 0.8 }));
      if (lower <= 1.4 && 1.4 <= upper) continue;
      missed++;
      break;
    }
  }
  expect(missed / runs).toBeLessThanOrEqual(0.2 + 3 * Math.sqrt(0.16 / runs));
  expect(missed).toBeGreaterThan(0);
});

test("no events, one-sided events, impossible ones", () => {
  expect(reasonOf(guardrailRiskRatio([]))).toBe("empty");
  expect(reasonOf(guardrailRiskRatio([{ share: 1, challenger: 9, champion: 0 }]))).toBe("empty");
  const none = computed(guardrailRiskRatio([{ share: 0.1, challenger: 0, champion: 90 }]));
  expect([none.lower, none.value]).toEqual([0, 0]);
  expect(none.upper).toBeLessThan(1);
  const all = computed(guardrailRiskRatio([{ share: 0.1, challenger: 90, champion: 0 }]));
  expect([all.value, all.upper]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(all.lower).toBeGreaterThan(9);
  const first = computed(guardrailRiskRatio([{ share: 0.1, challenger: 1, champion: 1 }]));
  expect([first.lower, first.upper]).toEqual([0, Number.POSITIVE_INFINITY]);
  for (const share of [5e-324, 1 - 2 ** -53]) {
    const extreme = computed(guardrailRiskRatio([{ share, challenger: 1e15, champion: 1e15 }]));
    expect(extreme.lower <= extreme.value && extreme.value <= extreme.upper).toBe(true);
  }
  expect(() => guardrailRiskRatio([{ share: 1.1, challenger: 1, champion: 1 }])).toThrowError(/argument\/invalid/);
  expect(() => guardrailRiskRatio([{ share: 0.1, challenger: 0.5, champion: 1 }])).toThrowError(/argument\/invalid/);
  expect(() => guardrailRiskRatio([], { confidence: 1 })).toThrowError(/argument\/invalid/);
});
