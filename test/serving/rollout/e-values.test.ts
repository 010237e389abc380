import { expect, test } from "vitest";
import { addCounts } from "../../../src/serving/rollout/arm-counts.ts";
import { guardrailE, rateE, sampleRatioE } from "../../../src/serving/rollout/e-values.ts";

test("no evidence is an e-value of 1", () => {
  expect(guardrailE([], "harm", 0)).toBe(1);
  expect(rateE({ n: 0, bad: 0 }, 0.1, "greater")).toBeCloseTo(1, 12);
  expect(sampleRatioE([])).toBe(1);
});

test("one bad event has the expectation 1 under the null, whatever the share", () => {
  for (const share of [0.05, 0.3, 0.5]) {
    const harm = (challenger: number): number =>
      guardrailE([{ share, challenger, champion: 1 - challenger }], "harm", 0);
    expect(share * harm(1) + (1 - share) * harm(0)).toBeCloseTo(1, 12);
  }
});

test("the sample ratio e-value multiplies over shares and has the expectation 1", () => {
  const n = 10;
  const share = 0.3;
  let expectation = 0;
  let ways = 1;
  for (let k = 0; k <= n; k++) {
    expectation +=
      ways * share ** k * (1 - share) ** (n - k) * sampleRatioE([{ share, challenger: k, champion: n - k }]);
    ways = (ways * (n - k)) / (k + 1);
  }
  expect(expectation).toBeCloseTo(1, 9);
  const one = { share: 0.5, challenger: 5600, champion: 4400 };
  const other = { share: 0.2, challenger: 200, champion: 800 };
  expect(sampleRatioE([one])).toBeGreaterThan(1000);
  expect(sampleRatioE([one, other]) / sampleRatioE([one]) / sampleRatioE([other])).toBeCloseTo(1, 6);
});

test("extreme evidence stays finite", () => {
  expect(rateE({ n: 1e6, bad: 1e6 }, 0.01, "greater")).toBe(Math.exp(690));
  expect(sampleRatioE([{ share: 0.01, challenger: 1e6, champion: 0 }])).toBe(Math.exp(690));
});

test("counts add up share by share", () => {
  const a = [{ share: 0.5, challenger: 1, champion: 2 }];
  const b = [
    { share: 0.5, challenger: 3, champion: 4 },
    { share: 0.1, challenger: 5, champion: 6 },
  ];
  expect(addCounts(a, b)).toEqual([
    { share: 0.1, challenger: 5, champion: 6 },
    { share: 0.5, challenger: 4, champion: 6 },
  ]);
});
