import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { binCounts } from "../../../src/stats/binning/bin-counter.ts";
import { quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import { psi } from "../../../src/stats/distances/psi.ts";
import { sampleMoments } from "../../../src/stats/moments/sample-moments.ts";
import { NumericProfile } from "../../../src/stats/profile/numeric-profile.ts";
import { profileDistance } from "../../../src/stats/profile/profile-distance.ts";
import { computed, reasonOf } from "../computed.ts";

const random = seededRandom("profiles");
const reference = Float64Array.from({ length: 5000 }, () => random.normal());
const bins = computed(quantileBins({ values: reference }, { bins: 256 }));
const few = computed(quantileBins({ values: reference }, { bins: 8 }));

const cell = fc.oneof(
  fc.double({ min: -4, max: 4, noNaN: true }),
  fc.constantFrom(null, Number.NaN, Infinity, -Infinity, 0, -0, 1e300, few.uppers[3] as number),
);

test("any order, split, merge and restart gives the same bytes, and they count what a counter counts", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, fc.nat(3), fc.integer()), { maxLength: 60 }), fc.boolean(), (rows, moments) => {
      const values = Float64Array.from(rows, ([value]) => value ?? Number.NaN);
      const validity = new Uint8Array(Math.ceil(rows.length / 8));
      rows.forEach(([value], i) => {
        if (value !== null) validity[i >> 3] = (validity[i >> 3] ?? 0) | (1 << (i & 7));
      });
      const whole = new NumericProfile(few, { moments });
      whole.addAll({ values, validity });
      const parts = Array.from({ length: 4 }, () => new NumericProfile(few, { moments }));
      for (const [value, part] of [...rows].sort((a, b) => a[2] - b[2])) parts[part]?.add(value);
      const [a, b, c, d] = parts as [NumericProfile, NumericProfile, NumericProfile, NumericProfile];
      d.merge(NumericProfile.fromBytes(b.toBytes()));
      c.merge(a);
      d.merge(c);
      expect(d.toBytes()).toEqual(whole.toBytes());
      expect(whole.counts()).toEqual(binCounts(few, { values, validity }));
      const placed = values.filter((value) => !Number.isNaN(value));
      expect(whole.n).toBe(placed.length);
      if (placed.length > 0) expect([whole.min, whole.max]).toEqual([Math.min(...placed) + 0, Math.max(...placed) + 0]);
      expect(whole.moments()).toEqual(moments ? sampleMoments(placed) : undefined);
    }),
    { seed: 5, numRuns: 150 },
  );
});

test("a long column in bulk equals itself row by row; bytes give it back", () => {
  const values = Float64Array.from({ length: 30_000 }, (_, i) => (i % 100 === 0 ? Number.NaN : random.normal() * 2));
  const bulk = new NumericProfile(bins);
  bulk.addAll({ values });
  const rows = new NumericProfile(bins);
  for (const value of values) rows.add(value);
  expect(rows.toBytes()).toEqual(bulk.toBytes());
  const restored = NumericProfile.fromBytes(bulk.toBytes());
  expect(restored.bins).toEqual(bins);
  expect(restored.moments()).toEqual(bulk.moments());
  restored.merge(restored);
  rows.merge(bulk);
  rows.merge(new NumericProfile(bins));
  expect(restored.toBytes()).toEqual(rows.toBytes());
});

test("distances of profiles are the distances of their counts", () => {
  const current = new NumericProfile(bins);
  current.addAll({ values: reference.map((value) => value * 1.1) });
  const before = new NumericProfile(bins);
  before.addAll({ values: reference });
  expect(profileDistance(before, current, psi)).toEqual(psi(bins.counts, current.counts()));
  expect(Array.from(before.counts())).toEqual(bins.counts);
});

test("an empty profile has no ends and no moments", () => {
  const empty = new NumericProfile(bins);
  empty.add(null);
  empty.add(Number.NaN);
  expect([empty.n, empty.min, empty.max]).toEqual([0, undefined, undefined]);
  expect(reasonOf(empty.moments())).toBe("empty");
  expect(NumericProfile.fromBytes(empty.toBytes()).toBytes()).toEqual(empty.toBytes());
});

test("other bins, other options, damaged bytes and contradictions are refused", () => {
  const small = computed(quantileBins({ values: [1, 2, 3] }));
  const profile = new NumericProfile(small);
  profile.addAll({ values: [0.5, 1, 1.5, 2, 9, Number.NaN] });
  expect(() => profile.merge(new NumericProfile(bins))).toThrowError(/argument\/invalid/);
  expect(() => profile.merge(new NumericProfile(small, { moments: false }))).toThrowError(/argument\/invalid/);
  expect(() => profileDistance(profile, new NumericProfile(bins), psi)).toThrowError(/argument\/invalid/);
  const bytes = profile.toBytes();
  for (let i = 0; i < bytes.length; i++) {
    expect(() => NumericProfile.fromBytes(bytes.map((byte, at) => (at === i ? byte ^ 8 : byte)))).toThrowError(
      /argument\/invalid/,
    );
    expect(() => NumericProfile.fromBytes(bytes.subarray(0, i))).toThrowError(/argument\/invalid/);
  }
});
