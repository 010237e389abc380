import { expect, test } from "vitest";
import { targetOf } from "../../../bench/error-rates/judge.ts";
import { rows } from "../../../bench/error-rates/rows.ts";

// The small version of `npm run bench -- stats-error-rates`: scenarios that are quick to play, with the same seeds and fewer runs.
const runsOf: Readonly<Record<string, number>> = {
  "C: a tenth, 0.2% bad": 300,
  "D: a 20th, 0.5% bad": 300,
  "D: a 20th, 0.5% bad, hasty": 300,
  "ramp 5-10-25-50%, bad 1% to 4%": 100,
  "500 sticky users, Beta(0.2, 3.8) bad": 300,
  "at the margin of 0.5, ramp 5-10-25-50%, bad 1% to 4%": 100,
  "challenger 5% instead of 1%, a 20th": 100,
  "challenger twice as bad, ramp 5-10-25-50%, bad 1% to 4%": 100,
  "a rate of 3%, limit 2%": 100,
  "split as planned, ramp": 40,
};

for (const [scenario, runs] of Object.entries(runsOf)) {
  test(`${scenario}: ${runs} runs`, () => {
    const row = rows.find((each) => each.scenario === scenario);
    const judged = row?.judge(runs) ?? [];
    expect(judged.length).toBeGreaterThan(0);
    for (const { test: name, rate, expected } of judged) {
      const target = targetOf(expected, runs);
      if ("atMost" in target) expect(rate, name).toBeLessThanOrEqual(target.atMost);
      else expect(rate, name).toBeGreaterThanOrEqual(target.atLeast);
    }
  });
}
