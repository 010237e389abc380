import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { addBadEvents, emptySums, eValueOf, rateEValue, sampleRatioEValue } from "../../../src/serving/rollout/e-values.ts";

test("no evidence is an e-value of 1", () => {
  expect(eValueOf(emptySums().harm)).toBe(1);
  expect(rateEValue(0, 0, 0.1, "above")).toBeCloseTo(1, 12);
  expect(sampleRatioEValue([])).toBe(1);
});

test("one bad event has the expectation 1 under the null, whatever the share", () => {
  for (const share of [0.05, 0.3, 0.5]) {
    const eAfter = (challenger: boolean, sums: "harm" | "safe"): number => eValueOf(addBadEvents(emptySums(), [{ challenger, share }], 0.5)[sums]);
    expect(share * eAfter(true, "harm") + (1 - share) * eAfter(false, "harm")).toBeCloseTo(1, 12);
    const unsafe = (share * 1.5) / (share * 1.5 + 1 - share);
    expect(unsafe * eAfter(true, "safe") + (1 - unsafe) * eAfter(false, "safe")).toBeCloseTo(1, 12);
  }
});

test("a rate's e-value has the expectation 1 at its bound", () => {
  const n = 12;
  const bound = 0.2;
  for (const side of ["above", "below"] as const) {
    let expectation = 0;
    let ways = 1;
    for (let bad = 0; bad <= n; bad++) {
      expectation += ways * bound ** bad * (1 - bound) ** (n - bad) * rateEValue(n, bad, bound, side);
      ways = (ways * (n - bad)) / (bad + 1);
    }
    expect(expectation).toBeCloseTo(1, 10);
  }
});

test("the sample ratio e-value is the beta-binomial's and has the expectation 1", () => {
  const n = 10;
  const share = 0.3;
  let expectation = 0;
  let ways = 1;
  for (let k = 0; k <= n; k++) {
    expectation += ways * share ** k * (1 - share) ** (n - k) * sampleRatioEValue([{ share, challenger: k, champion: n - k }]);
    ways = (ways * (n - k)) / (k + 1);
  }
  expect(expectation).toBeCloseTo(1, 10);
  expect(sampleRatioEValue([{ share: 0.5, challenger: 5600, champion: 4400 }])).toBeGreaterThan(1000);
});

test("extreme evidence stays finite", () => {
  expect(rateEValue(1e6, 1e6, 0.01, "above")).toBe(Math.min(1e300, rateEValue(1e6, 1e6, 0.01, "above")));
  expect(Number.isFinite(sampleRatioEValue([{ share: 0.01, challenger: 1e6, champion: 0 }]))).toBe(true);
});

test("looking after every event crosses 1/alpha at most alpha of the time", () => {
  const random = seededRandom(5);
  const runs = 400;
  let crossed = 0;
  for (let run = 0; run < runs; run++) {
    let sums = emptySums();
    for (let event = 0; event < 150; event++) {
      sums = addBadEvents(sums, [{ challenger: random.next() < 0.2, share: 0.2 }], 0.5);
      if (eValueOf(sums.harm) < 20) continue;
      crossed += 1;
      break;
    }
  }
  expect(crossed / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
});
