import { seededRandom } from "../../src/core/random.ts";
import { isNotComputable } from "../../src/stats/not-computable.ts";
import { andersonDarlingTest } from "../../src/stats/tests/anderson-darling-test.ts";
import { cramerVonMisesTest } from "../../src/stats/tests/cramer-von-mises-test.ts";
import { energyTest } from "../../src/stats/tests/energy-test.ts";
import { eppsSingletonTest } from "../../src/stats/tests/epps-singleton-test.ts";
import { maximumMeanDiscrepancy } from "../../src/stats/tests/maximum-mean-discrepancy.ts";
import { mmdLinear } from "../../src/stats/tests/mmd-linear.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

const bench = "stats";

/** Tests of two samples; the baseline is one plain pass over the same arrays, for permutations one for each of them. */
export async function homogeneityBench(): Promise<void> {
  const random = seededRandom("homogeneity");
  const drawn = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());
  const timed = async (
    name: string,
    arrays: readonly Float64Array[],
    passes: number,
    atMost: number,
    work: () => unknown,
  ) => {
    const scan = passes * (await bestMs(() => keep(arrays.reduce((sum, values) => sum + scanned(values), 0)), 5));
    const value = await bestMs(() => used(work()), 3);
    report({ bench, case: name, value, unit: "ms", baseline: scan, atMost });
  };
  const [x, y] = [drawn(500_000), drawn(500_000)];
  await timed("Cramér–von Mises of 2 x 500k rows", [x, y], 1, 1000, () => cramerVonMisesTest(x, y));
  await timed("Epps–Singleton of 2 x 500k rows", [x, y], 1, 1500, () => eppsSingletonTest(x, y));
  await timed("Anderson–Darling of 2 x 500k rows", [x, y], 1, 2000, () => andersonDarlingTest([x, y]));
  const [s, t] = [drawn(20), drawn(19)];
  await timed("Cramér–von Mises of 20 and 19 rows, exact", [s, t], 1, 200, () => cramerVonMisesTest(s, t));
  const [a, b] = [drawn(5000), drawn(5000)];
  await timed("energy test, 999 permutations of 2 x 5k rows", [a, b], 999, 2000, () =>
    energyTest(a, b, { random, permutations: 999 }),
  );
  const [p, q] = [a, b].map((values) => ({ values: values.subarray(0, 4000), dimensions: 4 }));
  if (p === undefined || q === undefined) throw new Error("there are two");
  await timed("MMD of 2 x 1k rows of 4, 199 permutations", [a, b], 199, 2000, () =>
    maximumMeanDiscrepancy(p, q, { random, permutations: 199 }),
  );
  const wide = [drawn(8_000_000), drawn(8_000_000)].map((values) => ({ values, dimensions: 8 }));
  const [left, right] = wide;
  if (left === undefined || right === undefined) throw new Error("there are two");
  await timed("linear MMD of 2 x 1M rows of 8", [left.values, right.values], 1, 3000, () =>
    mmdLinear(left, right, { random }),
  );
}

function scanned(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}

function used(result: unknown): void {
  if (isNotComputable(result)) throw new Error(result.detail);
}
