import { seededRandom } from "../src/core/random.ts";
import { binCounter } from "../src/stats/binning/bin-counter.ts";
import { quantileBins } from "../src/stats/binning/numeric-bins.ts";
import { isNotComputable } from "../src/stats/not-computable.ts";
import { ExactSum } from "../src/stats/sums/exact-sum.ts";
import { keep, medianMs } from "./measure.ts";
import { report } from "./report.ts";
import { aucBench } from "./stats/auc.ts";
import { eProcessBench } from "./stats/e-process.ts";
import { homogeneityBench } from "./stats/homogeneity.ts";
import { sketchesBench } from "./stats/sketches.ts";
import { sequencesBench } from "./stats/sequences.ts";
import { twoSamples } from "./stats/two-samples.ts";

// What the statistics cost; the baseline is one plain pass over the same typed arrays.

const bench = "stats";

async function reported(name: string, arrays: readonly Float64Array[], work: () => unknown): Promise<void> {
  const scan = await medianMs(() => {
    for (const values of arrays) keep(scanned(values));
  });
  report({ bench, case: name, value: await medianMs(work), unit: "ms", baseline: scan });
}

function scanned(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}

const random = seededRandom("bench");
const rows = 1_000_000;
const scores = Float64Array.from({ length: rows }, () => random.next());
const delays = Float64Array.from({ length: rows }, () => Math.round(random.normal() * 40));

await reported("KS of 2 x 356k rows", small, () => ksTest(left, right));
const sorted = small.map((values) => values.slice().sort());
await reported("KS of 2 x 356k sorted rows", sorted, () => ksTestSorted(sorted[0] ?? left, sorted[1] ?? right));
await homogeneityBench();

await reported("AUC of 1M rows", [scores, labels], () => {
  const auc = rocAuc(scores, labels);
  keep(isNotComputable(auc) ? 0 : auc.value);
});
for (const [name, values] of [
  ["decimals", scores],
  ["integers", delays],
] as const) {
  const bins = quantileBins({ values: values.slice(0, 100_000) }, { bins: 20 });
  if (isNotComputable(bins)) throw new Error(bins.detail);
  await reported(`profile of 1M ${name} over 20 frozen bins`, [values], () => {
    const counter = binCounter(bins);
    counter.addAll({ values });
    keep(counter.counts()[0] ?? 0);
  });
  await reported(`exact sum of 1M ${name}`, [values], () => {
    const sum = new ExactSum();
    for (let i = 0; i < values.length; i++) sum.add(values[i] ?? 0);
    keep(sum.value());
  });
}

await aucBench();
await eProcessBench();
await sketchesBench();
await sequencesBench();
await twoSamples(bench);
