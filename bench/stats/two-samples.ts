import { seededRandom } from "../../src/core/random.ts";
import { compareSamples, compareSorted } from "../../src/stats/distances/compare-samples.ts";
import { isNotComputable, type NotComputable } from "../../src/stats/not-computable.ts";
import { sortDoubles } from "../../src/stats/sort-doubles.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

const rows = 356_251;

/** What exact KS and Wasserstein of one column cost, with both samples as they come and with a reference that is kept sorted. */
export async function twoSamples(bench: string): Promise<void> {
  const random = seededRandom("two samples");
  const kinds: readonly (readonly [string, () => number])[] = [
    ["normal", () => random.normal()],
    ["integers", () => Math.round(40 * random.normal())],
    ["heavy ties", () => (random.next() < 0.7 ? 0 : random.normal())],
  ];
  for (const [kind, draw] of kinds) {
    const x = Float64Array.from({ length: rows }, draw);
    const y = Float64Array.from({ length: rows }, draw);
    const baseline = await bestMs(() => keep(scanned(x) + scanned(y)), 10);
    const sorted = sortDoubles(x);
    const costs = [
      ["KS and Wasserstein", 70, () => keep(read(compareSamples(x, y)))],
      ["KS and Wasserstein, reference kept sorted", 50, () => keep(read(compareSorted(sorted, sortDoubles(y))))],
    ] as const;
    for (const [what, atMost, work] of costs) {
      report({
        bench,
        case: `${what}, 2 x ${rows} rows, ${kind}`,
        value: await bestMs(work, 20),
        unit: "ms",
        atMost,
        baseline,
      });
    }
  }
}

function scanned(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

function read(result: { readonly wasserstein: { readonly value: number } } | NotComputable): number {
  return isNotComputable(result) ? 0 : result.wasserstein.value;
}
