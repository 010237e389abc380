import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleRatioLogE } from "../../../src/stats/sequential/sample-ratio-log-e.ts";
import { relativeError } from "../relative-error.ts";

/** Pólya's urn: the chance of the next unit's arm given the counts so far, against its planned share. */
function byDefinition(arms: readonly number[], shares: readonly number[], concentration: number): number {
  const seen = shares.map(() => 0);
  let logE = 0;
  for (const [units, arm] of arms.entries()) {
    const share = shares[arm] as number;
    logE += Math.log((concentration * share + (seen[arm] as number)) / (concentration + units) / share);
    seen[arm] = (seen[arm] as number) + 1;
  }
  return logE;
}

test("equals its definition, unit by unit, for two and three arms", () => {
  const arms = fc.array(fc.nat({ max: 2 }), { maxLength: 200 });
  fc.assert(
    fc.property(arms, fc.constantFrom(0.01, 1, 200, 1e6), (list, concentration) => {
      for (const shares of [
        [0.5, 0.3, 0.2],
        [0.9, 0.1],
      ]) {
        const kept = list.filter((arm) => arm < shares.length);
        const counts = shares.map((_, arm) => kept.filter((each) => each === arm).length);
        const found = sampleRatioLogE(counts, shares, { concentration });
        expect(Math.abs(found - byDefinition(kept, shares, concentration))).toBeLessThan(1e-10);
      }
    }),
    { seed: 3 },
  );
});

test("golden values from mpmath at 50 digits, huge counts included", () => {
  const cases: readonly (readonly [number[], number[], number, number])[] = [
    [[5000, 5600], [0.5, 0.5], 200, 14.681077478747737],
    [[98, 902], [0.1, 0.9], 200, -0.8732893260796534],
    [[1000000000000, 1000005000000], [0.5, 0.5], 200, -5.264192335386663],
    [[1000000000000000, 3000000000000000], [0.25, 0.75], 50.5, -16.008698017464837],
    [[3, 0, 1], [0.25, 0.5, 0.25], 0.125, -0.5784189148985188],
    [[1234, 5678, 91011], [0.0625, 0.3125, 0.625], 1e6, 1744.4494773865852],
  ];
  for (const [counts, shares, concentration, expected] of cases) {
    expect(relativeError(sampleRatioLogE(counts, shares, { concentration }), expected)).toBeLessThan(1e-12);
  }
});

test("the order of the arms means nothing; one arm alone is no evidence", () => {
  expect(sampleRatioLogE([10, 700, 300], [0.01, 0.69, 0.3])).toBeCloseTo(
    sampleRatioLogE([300, 10, 700], [0.3, 0.01, 0.69]),
    10,
  );
  expect(sampleRatioLogE([123], [1])).toBe(0);
  expect(sampleRatioLogE([5, 0], [1, 0])).toBe(0);
});

test("extreme shares and concentrations stay finite", () => {
  for (const concentration of [5e-324, 1e-300, 1, 1e300, Number.MAX_VALUE]) {
    for (const share of [5e-324, 1e-200, 0.5]) {
      for (const count of [0, 1, 1e15]) {
        const found = sampleRatioLogE([count, 7], [share, 1 - share], { concentration });
        expect(Number.isFinite(found)).toBe(true);
      }
    }
  }
});
