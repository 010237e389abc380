import { type Random, seededRandom } from "../../src/core/random.ts";
import { binCounter } from "../../src/stats/binning/bin-counter.ts";
import { quantileBins } from "../../src/stats/binning/numeric-bins.ts";
import { isNotComputable } from "../../src/stats/not-computable.ts";
import { NumericProfile } from "../../src/stats/profile/numeric-profile.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

/** Few enough for a run to fit between two interruptions. */
const rows = 250_000;

/** How data are drawn, and whether the bins suit a table; what follows `of` is the reference, if it is another. */
interface Shape {
  readonly name: string;
  readonly usual: boolean;
  readonly draw: (random: Random) => number;
  readonly of?: (random: Random) => number;
}

const shapes: readonly Shape[] = [
  { name: "normal", usual: true, draw: (random) => random.normal() },
  { name: "lognormal", usual: true, draw: (random) => Math.exp(random.normal()) },
  { name: "uniform", usual: true, draw: (random) => random.next() },
  { name: "integers", usual: true, draw: (random) => Math.round(random.normal() * 400) },
  { name: "60 decades", usual: false, draw: (random) => random.normal() * 10 ** (random.next() * 60 - 30) },
  { name: "half zeros", usual: false, draw: (random) => (random.int(2) === 0 ? 0 : random.normal()) },
  { name: "two far clusters", usual: false, draw: (random) => (random.int(2) === 0 ? 1e12 : 0) + random.next() * 1e-3 },
  { name: "all in one bin", usual: false, draw: () => 0.001, of: (random) => random.normal() },
  { name: "edges next to each other", usual: false, draw: (random) => 1 + random.int(1000) * 2 ** -52 },
  {
    name: "an outlier in the reference",
    usual: false,
    draw: (random) => random.normal(),
    of: (random) => (random.int(1000) === 0 ? 1e300 : random.normal()),
  },
];

/** Values per second of work over a column, beside a plain scan of it. */
async function perSecond(
  name: string,
  values: Float64Array,
  atLeast: number | undefined,
  work: () => void,
): Promise<void> {
  const scan = await bestMs(() => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] as number;
    keep(sum);
  }, 25);
  const ms = await bestMs(work, 25);
  const target = atLeast === undefined ? {} : { atLeast };
  const baseline = (values.length / scan) * 1000;
  report({ bench: "stats", case: name, value: (values.length / ms) * 1000, unit: "values/s", ...target, baseline });
}

/** What profiles over 256 frozen bins cost. */
export async function profilesBench(): Promise<void> {
  for (const { name, usual, draw, of = draw } of shapes) {
    const random = seededRandom(name);
    const bins = quantileBins({ values: Float64Array.from({ length: 200_000 }, () => of(random)) }, { bins: 256 });
    if (isNotComputable(bins)) throw new Error(bins.detail);
    const values = Float64Array.from({ length: rows }, () => draw(random));
    await perSecond(`profile, ${name}, counts only`, values, usual ? 40e6 : 12e6, () => {
      new NumericProfile(bins, { moments: false }).addAll({ values });
    });
    await perSecond(`profile, ${name}, with exact moments`, values, usual ? 40e6 : 12e6, () => {
      new NumericProfile(bins).addAll({ values });
    });
    await perSecond(`profile, ${name}, row by row`, values, undefined, () => {
      const profile = new NumericProfile(bins);
      for (let i = 0; i < values.length; i++) profile.add(values[i] as number);
    });
    await perSecond(`bin counts, ${name}`, values, undefined, () => {
      binCounter(bins).addAll({ values });
    });
  }
}
