import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { type BootstrapOptions, bootstrapInterval } from "../../../src/stats/effects/bootstrap-interval.ts";
import { computed, reasonOf } from "../computed.ts";

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function options(seed: string, more: Partial<BootstrapOptions> = {}): BootstrapOptions {
  return { statistic: mean, random: seededRandom(seed), resamples: 999, ...more };
}

test("the same seed gives the same interval, another seed another", () => {
  const rows = Float64Array.from({ length: 40 }, (_, i) => (i * 17) % 41);
  const first = computed(bootstrapInterval([rows], options("a")));
  expect(computed(bootstrapInterval([rows], options("a")))).toEqual(first);
  expect(computed(bootstrapInterval([rows], options("b"))).lower).not.toBe(first.lower);
});

test("BCa covers a skewed mean nearly at its rate, where mirrored quantiles fall short", () => {
  const random = seededRandom("coverage");
  const runs = 250;
  const covered = { bca: 0, percentile: 0, basic: 0 };
  for (let run = 0; run < runs; run++) {
    const rows = Float64Array.from({ length: 30 }, () => Math.exp(random.normal()));
    for (const method of ["bca", "percentile", "basic"] as const) {
      const found = computed(bootstrapInterval([rows], options(`r${run}`, { method, resamples: 300 })));
      if (found.lower <= Math.exp(0.5) && Math.exp(0.5) <= found.upper) covered[method]++;
    }
  }
  expect(covered.bca / runs).toBeGreaterThan(0.87);
  expect(covered.bca).toBeGreaterThan(covered.basic + 0.02 * runs);
});

test("paired rows are drawn together", () => {
  const before = Float64Array.from({ length: 25 }, (_, i) => i * 10);
  const after = before.map((value, i) => value + 1 + (i % 3) / 10);
  const statistic = (x: Float64Array, y: Float64Array = x): number => mean(y) - mean(x);
  const paired = computed(
    bootstrapInterval(
      [before, after],
      options("p", { statistic: statistic as BootstrapOptions["statistic"], paired: true }),
    ),
  );
  const apart = computed(
    bootstrapInterval([before, after], options("p", { statistic: statistic as BootstrapOptions["statistic"] })),
  );
  expect(paired.upper - paired.lower).toBeLessThan(0.1);
  expect(apart.upper - apart.lower).toBeGreaterThan(50);
});

test("above 2,000 rows the jackknife leaves groups out, and the interval stays what theory says", () => {
  const random = seededRandom("large");
  const rows = Float64Array.from({ length: 5000 }, () => random.normal());
  const found = computed(bootstrapInterval([rows], options("l", { resamples: 300 })));
  expect(found.standardError * Math.sqrt(5000)).toBeCloseTo(1, 0);
  expect(found.upper - found.lower).toBeGreaterThan(3.3 * found.standardError);
  expect(found.upper - found.lower).toBeLessThan(4.5 * found.standardError);
});

test("what has no interval says why; progress is told and an abort is obeyed", () => {
  expect(reasonOf(bootstrapInterval([[]], options("x")))).toBe("empty");
  expect(reasonOf(bootstrapInterval([[1, Number.NaN]], options("x")))).toBe("nan");
  expect(reasonOf(bootstrapInterval([[1, Infinity]], options("x")))).toBe("infinite");
  expect(reasonOf(bootstrapInterval([[3, 3, 3]], options("x")))).toBe("constant");
  expect(reasonOf(bootstrapInterval([[1, 2]], options("x", { statistic: () => Number.NaN })))).toBe("out-of-range");
  expect(reasonOf(bootstrapInterval([[1]], options("x")))).toBe("constant");
  for (const bad of [
    () => bootstrapInterval([], options("x")),
    () => bootstrapInterval([[1, 2]], options("x", { resamples: 10 })),
    () => bootstrapInterval([[1, 2]], options("x", { method: "t" as "bca" })),
    () => bootstrapInterval([[1, 2], [1]], options("x", { paired: true })),
    () => bootstrapInterval([[1, 2]], options("x", { confidence: 0 })),
  ]) {
    expect(bad).toThrowError(/argument\/invalid/);
  }
  const seen: number[] = [];
  computed(bootstrapInterval([[1, 2, 3, 4]], options("x", { onProgress: ({ done }) => seen.push(done) })));
  expect(seen.at(-1)).toBe(999);
  const aborted = AbortSignal.abort(new Error("enough"));
  expect(() => bootstrapInterval([[1, 2, 3]], options("x", { signal: aborted }))).toThrowError("enough");
});

test("BCa keeps its ends in order where skew and confidence are extreme", () => {
  const rows = Float64Array.from({ length: 500 }, (_, i) => (i === 0 ? 1e6 : i % 7));
  const found = computed(bootstrapInterval([rows], options("pole", { confidence: 1 - 1e-12 })));
  expect(found.upper).toBe(found.resampled.at(-1));
  expect(found.lower).toBeLessThan(found.value);
});

test("a mirrored interval beyond the doubles is not computable", () => {
  const most = (values: Float64Array): number => Math.max(...values);
  const rows = [1e308, 1.2e308, 1.5e308, 1.7e308];
  const found = bootstrapInterval([rows], options("mirror", { statistic: most, method: "basic" }));
  expect(reasonOf(found)).toBe("infinite");
});
