import assert from "node:assert/strict";
import { digestOf } from "../../../src/core/digest.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import { MomentsAccumulator } from "../../../src/stats/moments/moments-accumulator.ts";
import { pairMoments } from "../../../src/stats/moments/pair-moments.ts";
import { PairMomentsAccumulator } from "../../../src/stats/moments/pair-moments-accumulator.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { NumericProfile } from "../../../src/stats/profile/numeric-profile.ts";
import { ExactSum } from "../../../src/stats/sums/exact-sum.ts";
import type { RuntimeCase } from "../runtime-case.ts";

const length = 50_000;

/** Columns that suit each kind of table of bins, and none. */
const columns: Readonly<Record<string, (random: Random) => number>> = {
  normal: (random) => random.normal(),
  integers: (random) => random.int(2000) - 1000,
  decades: (random) => random.normal() * (random.int(2) === 0 ? 2 ** -200 : 2 ** 100) * (1 + random.int(1000)),
  clusters: (random) => (random.int(2) === 0 ? 1e12 : -3) + random.next() / 1024,
};

/** The same summary from a whole column and from shuffled rows in four parts. */
function ofParts<S extends { add(value: number): void; merge(other: S): void; toBytes(): Uint8Array }>(
  make: () => S,
  whole: S,
  values: Float64Array,
  random: Random,
): string {
  const parts = [make(), make(), make(), make()];
  for (const value of random.shuffle(values.slice())) parts[random.int(4)]?.add(value);
  const merged = make();
  for (const part of random.shuffle(parts)) merged.merge(part);
  const bytes = whole.toBytes();
  assert.deepEqual(merged.toBytes(), bytes);
  return digestOf(bytes);
}

/** Profiles, exact sums and moments: the same bytes in any order and split, on every runtime. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "profiles: the bytes of profiles, sums and moments are the same in any order and split",
    run: () => {
      const digests = Object.entries(columns).map(([name, draw]) => {
        const random = seededRandom(`profiles/${name}`);
        const bins = quantileBins({ values: Float64Array.from({ length: 5000 }, () => draw(random)) }, { bins: 256 });
        if (isNotComputable(bins)) throw new Error(bins.detail);
        const values = Float64Array.from({ length }, () => draw(random));
        const profile = new NumericProfile(bins);
        const sum = new ExactSum();
        const moments = new MomentsAccumulator();
        profile.addAll({ values });
        sum.addAll(values);
        moments.addAll(values);
        return [
          ofParts(() => new NumericProfile(bins), profile, values, random),
          ofParts(() => new ExactSum(), sum, values, random),
          ofParts(() => new MomentsAccumulator(), moments, values, random),
        ];
      });
      return digestOf(JSON.stringify(digests));
    },
  },
  {
    name: "profiles: moments of pairs have the same bits and bytes",
    run: () => {
      const random = seededRandom("pairs");
      const xs = Float64Array.from({ length }, () => random.normal() * 2 ** (random.int(40) - 20));
      const ys = xs.map((x) => x / 3 + random.normal());
      const pairs = new PairMomentsAccumulator();
      pairs.addAll(xs, ys);
      assert.deepEqual(pairs.summary(), pairMoments(xs.toReversed(), ys.toReversed()));
      return digestOf(pairs.toBytes()) + JSON.stringify(pairs.summary());
    },
  },
];
