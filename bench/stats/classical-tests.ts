import { seededRandom } from "../../src/core/random.ts";
import { betaSf } from "../../src/stats/distributions/beta.ts";
import { energyDistance } from "../../src/stats/distances/energy-distance.ts";
import { isNotComputable } from "../../src/stats/not-computable.ts";
import { andersonDarlingTest } from "../../src/stats/tests/anderson-darling-test.ts";
import { cramerVonMisesTest } from "../../src/stats/tests/cramer-von-mises-test.ts";
import { eppsSingletonTest } from "../../src/stats/tests/epps-singleton-test.ts";
import { fisherExactTest } from "../../src/stats/tests/fisher-exact-test.ts";
import { mannWhitneyTest } from "../../src/stats/tests/mann-whitney-test.ts";
import { mmdLinear } from "../../src/stats/tests/mmd-linear.ts";
import { welchTest } from "../../src/stats/tests/welch-test.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

const bench = "stats";
const rows = 100_000;
const runs = 15;

/**
 * The classical tests of two columns, and exact tails of huge counts and shapes; the baseline is one plain pass over the two columns.
 *
 * The targets are about twice the median of three benches on two busy cores: they tell when something has become slower.
 */
export async function classicalTestsBench(): Promise<void> {
  const random = seededRandom("classical tests");
  const [x, y] = [0, 0.01].map((shift) => Float64Array.from({ length: rows }, () => random.normal() + shift));
  if (x === undefined || y === undefined) throw new Error("there are two");
  const baseline = await bestMs(() => keep(scanned(x) + scanned(y)), 10);
  const timed = async (name: string, atMost: number, work: () => unknown): Promise<void> =>
    report({ bench, case: name, value: await bestMs(() => used(work()), runs), unit: "ms", baseline, atMost });
  await timed("Welch of 2 x 100k rows", 3, () => welchTest(x, y));
  await timed("Mann–Whitney of 2 x 100k rows", 18, () => mannWhitneyTest(x, y));
  await timed("Cramér–von Mises of 2 x 100k rows", 12, () => cramerVonMisesTest(x, y));
  await timed("Anderson–Darling of 2 x 100k rows", 30, () => andersonDarlingTest([x, y]));
  await timed("Epps–Singleton of 2 x 100k rows", 27, () => eppsSingletonTest(x, y));
  await timed("energy distance of 2 x 100k rows", 8, () => energyDistance(x, y));
  const [left, right] = [x, y].map((values) => ({ values, dimensions: 1 }));
  if (left === undefined || right === undefined) throw new Error("there are two");
  await timed("linear MMD of 2 x 100k rows of 1", 57, () => mmdLinear(left, right, { random }));
  await timed("Fisher's exact test of 1e+12 rows", 18, fisherOf(1e12));
  await manyTimed("Fisher's exact test of 1e+3 rows", 0.007, fisherOf(1e3));
  await manyTimed("Fisher's exact test of 1e+6 rows", 0.03, fisherOf(1e6));
  for (const shape of [1e4, 1e9, 1e18]) {
    await manyTimed(`a tail of a beta variable, shapes of ${shape.toExponential(0)}`, 0.008, () =>
      betaSf(0.5 + 1 / Math.sqrt(shape), shape, shape),
    );
  }
}

function fisherOf(count: number): () => unknown {
  const apart = Math.round(Math.sqrt(count / 4));
  return () =>
    fisherExactTest([
      [count / 4 + apart, count / 4],
      [count / 4, count / 4 + apart],
    ]);
}

/** What lasts microseconds, a call: of the first hundreds the engine's compilers take most, so that one call says little. */
async function manyTimed(name: string, atMost: number, work: () => unknown): Promise<void> {
  const calls = 500;
  const all = (): void => {
    for (let call = 0; call < calls; call++) used(work());
  };
  report({ bench, case: name, value: (await bestMs(all, runs)) / calls, unit: "ms", atMost });
}

function scanned(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}

function used(result: unknown): void {
  if (isNotComputable(result)) throw new Error(result.detail);
}
