import { rows } from "./error-rates/rows.ts";
import { targetOf } from "./error-rates/judge.ts";
import { report } from "./report.ts";

// The false alarms and the power of every sequential test under peeking at every event, simulated with fixed seeds. A rate beside its
// target says more than a time: a test that misses its rate fails the run, and so does a naive one that does not show how it fails.

const bench = "stats-error-rates";
const runs = 2000;

for (const row of rows) {
  for (const { scenario, test, rate, meanStop, expected } of row.judge(runs)) {
    report({ bench, case: `${scenario}: ${test}`, value: rate, unit: "share of runs", ...targetOf(expected, runs) });
    if (meanStop === undefined || !("finds" in expected)) continue;
    report({ bench, case: `${scenario}: ${test}, mean stop`, value: meanStop, unit: "events" });
  }
}
