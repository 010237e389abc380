import { seededRandom } from "../../src/core/random.ts";
import { isNotComputable } from "../../src/stats/not-computable.ts";
import { aucInterval } from "../../src/stats/quality/binary/auc-interval.ts";
import { BinnedAuc } from "../../src/stats/quality/binary/binned-auc.ts";
import { rocAuc } from "../../src/stats/quality/binary/roc-auc.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

const bench = "stats";
const rows = 1_000_000;
const runs = 9;

function scan(scores: Float64Array, labels: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += (scores[i] as number) * (labels[i] as number);
  return sum;
}

/** The exact AUC of a million rows for scores of every kind; the baseline is one plain pass over scores and labels. */
export async function aucBench(): Promise<void> {
  const random = seededRandom("auc bench");
  const unique = Float64Array.from({ length: rows }, () => random.next());
  const labels = unique.map((score) => (random.next() < score ? 1 : 0));
  const kinds = {
    unique,
    "tied (1,000 values)": unique.map((score) => Math.round(score * 1000) / 1000),
    "32-bit": unique.map(Math.fround),
    "all equal": unique.map(() => 0.5),
  };
  for (const [kind, scores] of Object.entries(kinds)) {
    const baseline = await bestMs(() => keep(scan(scores, labels)), runs);
    const value = await bestMs(() => {
      const auc = rocAuc(scores, labels);
      keep(isNotComputable(auc) ? 0 : auc.value);
    }, runs);
    report({ bench, case: `AUC of 1M rows, ${kind}`, value, unit: "ms", atMost: 80, baseline });
  }
  const baseline = await bestMs(() => keep(scan(unique, labels)), runs);
  const interval = await bestMs(() => {
    const auc = aucInterval(unique, labels);
    keep(isNotComputable(auc) ? 0 : auc.standardError);
  }, runs);
  report({ bench, case: "AUC of 1M rows with DeLong's interval", value: interval, unit: "ms", atMost: 110, baseline });
  const edges = Float64Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
  const binned = await bestMs(() => {
    const stream = new BinnedAuc({ edges });
    stream.addAll(unique, labels);
    const auc = stream.auc();
    keep(isNotComputable(auc) ? 0 : auc.value);
  }, runs);
  report({ bench, case: "AUC of 1M rows over 1,000 frozen bins", value: binned, unit: "ms", baseline });
}
