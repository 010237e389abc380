import { seededRandom } from "../../src/core/random.ts";
import { MomentsAccumulator } from "../../src/stats/moments/moments-accumulator.ts";
import { PairMomentsAccumulator } from "../../src/stats/moments/pair-moments-accumulator.ts";
import { sampleMoments } from "../../src/stats/moments/sample-moments.ts";
import { ExactSum } from "../../src/stats/sums/exact-sum.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

/** Few enough for a run to fit between two interruptions. */
const rows = 250_000;
const random = seededRandom("sums");
const data: Readonly<Record<string, Float64Array>> = {
  normal: Float64Array.from({ length: rows }, () => random.normal()),
  uniform: Float64Array.from({ length: rows }, () => random.next()),
  "600 exponents": Float64Array.from({ length: rows }, () => random.normal() * 2 ** (random.int(600) - 300)),
  integers: Float64Array.from({ length: rows }, () => Math.round(random.normal() * 40)),
  "half zeros": Float64Array.from({ length: rows }, () => (random.int(2) === 0 ? 0 : random.normal())),
};

/** Nanoseconds a row of work over some rows, beside a plain scan. */
async function perRow(
  name: string,
  values: Float64Array,
  atMost: number | undefined,
  work: () => number,
): Promise<void> {
  const nanoseconds = async (each: () => number): Promise<number> =>
    ((await bestMs(() => keep(each()), 40)) * 1e6) / values.length;
  const baseline = await nanoseconds(() => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] as number;
    return sum;
  });
  const target = atMost === undefined ? {} : { atMost };
  report({ bench: "stats", case: name, value: await nanoseconds(work), unit: "ns/row", ...target, baseline });
}

/** What exact sums and moments cost. */
export async function sumsBench(): Promise<void> {
  for (const [name, values] of Object.entries(data)) {
    const hard = name === "600 exponents";
    await perRow(`exact sum, ${name}, in bulk`, values, hard ? 8 : 6, () => {
      const sum = new ExactSum();
      sum.addAll(values);
      return sum.value();
    });
    await perRow(`exact sum, ${name}, row by row`, values, hard ? 8 : 6, () => {
      const sum = new ExactSum();
      for (let i = 0; i < values.length; i++) sum.add(values[i] as number);
      return sum.value();
    });
    await perRow(`exact sum and squares, ${name}, in bulk`, values, hard ? undefined : 10, () => {
      const moments = new MomentsAccumulator();
      moments.addAll(values);
      return moments.n;
    });
    await perRow(`exact sum and squares, ${name}, row by row`, values, undefined, () => {
      const moments = new MomentsAccumulator();
      for (let i = 0; i < values.length; i++) moments.add(values[i] as number);
      return moments.n;
    });
  }
  const { normal = new Float64Array(0), uniform = normal } = data;
  await perRow("exact moments of pairs, in bulk", normal, undefined, () => {
    const moments = new PairMomentsAccumulator();
    moments.addAll(normal, uniform);
    return moments.n;
  });
  const few = normal.subarray(0, 100);
  await perRow("moments of samples of 100", normal.subarray(0, 10_000), undefined, () => {
    for (let i = 0; i < 100; i++) sampleMoments(few);
    return 0;
  });
}
