import { seededRandom } from "../../src/core/random.ts";
import { BoundedMeanSequence } from "../../src/stats/sequential/bounded-mean-sequence.ts";
import { groupSequentialBoundary } from "../../src/stats/sequential/group-sequential-boundary.ts";
import { isNotComputable } from "../../src/stats/not-computable.ts";
import { msprt } from "../../src/stats/sequential/msprt.ts";
import { proportionConfidenceSequence } from "../../src/stats/sequential/proportion-confidence-sequence.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

const bench = "stats";

/** What a look, a plan and a bet cost. */
export async function sequencesBench(): Promise<void> {
  const random = seededRandom("sequences");
  const values = Float64Array.from({ length: 20_000 }, () => random.next());
  const scan = await bestMs(() => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] as number;
    keep(sum);
  }, 9);
  const bets = await bestMs(() => {
    const sequence = new BoundedMeanSequence();
    sequence.addAll(values);
    keep(sequence.logE(0.4));
  }, 5);
  const perValue = 1000 / values.length;
  report({
    bench,
    case: "betting sequence: one value against 1000 means",
    value: bets * perValue,
    unit: "us",
    atMost: 20,
    baseline: scan * perValue,
  });
  for (const looks of [5, 20, 100]) {
    const fractions = Array.from({ length: looks }, (_, i) => (i + 1) / looks);
    const ms = await bestMs(() => keep(groupSequentialBoundary(fractions)[0]?.z ?? 0), 5);
    report({ bench, case: `group-sequential: plan of ${looks} looks`, value: ms, unit: "ms", atMost: 2.5 * looks });
  }
  const looks = 10_000;
  const ms = await bestMs(() => {
    for (let i = 1; i <= looks; i++) {
      const found = msprt({ value: i / looks, standardError: 1, n: i, m: i, events: 10 }, { alternative: "greater" });
      keep(isNotComputable(found) ? 0 : found.pValue);
    }
  }, 5);
  report({ bench, case: "mSPRT: one one-sided look", value: (ms * 1000) / looks, unit: "us", atMost: 100 });
  const counted = await bestMs(() => {
    for (let i = 1; i <= looks; i++) {
      const found = proportionConfidenceSequence({ successes: i, trials: 100 * i });
      keep(isNotComputable(found) ? 0 : found.upper);
    }
  }, 5);
  report({
    bench,
    case: "proportion's confidence sequence: one look",
    value: (counted * 1000) / looks,
    unit: "us",
    atMost: 200,
  });
}
