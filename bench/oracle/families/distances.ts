import type { Random } from "../../../src/core/random.ts";
import { equalWidthBins } from "../../../src/stats/binning/equal-width-bins.ts";
import { compareSamples } from "../../../src/stats/distances/compare-samples.ts";
import type { Distance } from "../../../src/stats/distances/distance.ts";
import { hellinger, lInfinity, totalVariation } from "../../../src/stats/distances/histogram-distances.ts";
import { jensenShannon } from "../../../src/stats/distances/jensen-shannon.ts";
import { kullbackLeibler } from "../../../src/stats/distances/kullback-leibler.ts";
import { energyHistogram, wassersteinHistogram } from "../../../src/stats/distances/line-histograms.ts";
import { psi } from "../../../src/stats/distances/psi.ts";
import { wasserstein } from "../../../src/stats/distances/wasserstein.ts";
import { isNotComputable, type NotComputable } from "../../../src/stats/not-computable.ts";
import { quantileOfSorted } from "../../../src/stats/quantile.ts";
import { sortDoubles } from "../../../src/stats/sort-doubles.ts";
import { type Answer, comparison, type Family } from "../comparison.ts";

const answerOf = (result: Distance | NotComputable): Answer | NotComputable =>
  isNotComputable(result) ? result : { value: result.value };

/** Two histograms: ordinary ones, with empty cells, huge, of weights, and nearly equal ones, where naive formulas lose all digits. */
function drawCounts(random: Random, index: number): { p: Float64Array; q: Float64Array } {
  const cells = 1 + random.int(14);
  const kind = index % 6;
  const size = [30, 1000, 1e15, 1, 1e12, 1e8][kind] as number;
  const whole = (value: number): number => (kind === 3 ? value : Math.floor(value));
  const p = Float64Array.from({ length: cells }, () => (random.next() < 0.2 ? 0 : whole(random.next() * size)));
  const q = p.map((count) => {
    if (kind === 4) return Math.max(0, count + random.int(9) - 4);
    if (kind === 5) return 3 * count + (random.next() < 0.3 ? random.int(3) : 0);
    return random.next() < 0.2 ? 0 : whole(random.next() * size);
  });
  if (index > 12) {
    p[0] = (p[0] as number) + 1;
    q[0] = (q[0] as number) + 1;
  }
  return { p, q };
}

/** Histograms without empty cells that are not nearly equal, for the peers' own formulas. */
function drawApart(random: Random): { p: Float64Array; q: Float64Array } {
  const cells = 2 + random.int(30);
  const draw = (): Float64Array => Float64Array.from({ length: cells }, () => 1 + random.int(1000));
  return { p: draw(), q: draw() };
}

function drawSample(random: Random): Float64Array {
  const length = random.next() < 0.1 ? 1 : 1 + random.int(80);
  const kind = random.int(5);
  return Float64Array.from({ length }, () => {
    if (kind === 0) return random.int(6);
    if (kind === 1) return 7;
    if (kind === 2) return Math.exp(8 * random.normal());
    return kind === 3 ? 1e6 + random.normal() : random.normal();
  });
}

function drawTwoSamples(random: Random, index: number): { x: Float64Array; y: Float64Array } {
  const x = drawSample(random);
  const same = index % 5 === 0;
  return { x, y: same ? x.map((value) => value + (random.next() < 0.2 ? 1e-9 * value : 0)) : drawSample(random) };
}

const histogram = (
  name: string,
  ours: (p: Float64Array, q: Float64Array) => Distance | NotComputable,
  options: Readonly<Record<string, number>> = {},
) =>
  comparison({
    name: `${name}${Object.entries(options)
      .map(([key, value]) => `, ${key} ${value}`)
      .join("")}, at 50 digits`,
    peer: name,
    draws: 400,
    draw: (random, index) => ({ ...drawCounts(random, index), ...options }),
    ours: ({ p, q }: { readonly p: Float64Array; readonly q: Float64Array }) => answerOf(ours(p, q)),
    tolerance: 1e-13,
  });

const base = { e: 0, "2": 2 } as const;

/** Distances and bin rules against scipy, numpy, and exact rational numbers with mpmath's logarithms. */
export const family: Family = {
  name: "distances",
  comparisons: [
    histogram("psi", (p, q) => psi(p, q), { pseudocount: 0.5 }),
    histogram("psi", (p, q) => psi(p, q, { smoothing: { pseudocount: 1e-7 } }), { pseudocount: 1e-7 }),
    histogram("psi", (p, q) => psi(p, q, { smoothing: { pseudocount: 0 } }), { pseudocount: 0 }),
    histogram("psi", (p, q) => psi(p, q, { smoothing: { floor: 1e-4 } }), { floor: 1e-4 }),
    histogram("kullback_leibler", (p, q) => kullbackLeibler(p, q), { pseudocount: 0.5, base: base.e }),
    histogram("kullback_leibler", (p, q) => kullbackLeibler(p, q, { smoothing: { pseudocount: 0 }, base: "2" }), {
      pseudocount: 0,
      base: base["2"],
    }),
    histogram("jensen_shannon", (p, q) => jensenShannon(p, q), { base: base["2"] }),
    histogram("jensen_shannon", (p, q) => jensenShannon(p, q, { base: "e" }), { base: base.e }),
    histogram("hellinger", hellinger),
    histogram("total_variation", totalVariation),
    histogram("l_infinity", lInfinity),
    comparison({
      name: "Jensen–Shannon and Kullback–Leibler of scipy",
      peer: "scipy_divergences",
      draw: (random) => drawApart(random),
      ours: ({ p, q }) => {
        const [bits, nats] = [jensenShannon(p, q), jensenShannon(p, q, { base: "e" })];
        const kl = kullbackLeibler(p, q, { smoothing: { pseudocount: 0 } });
        if (isNotComputable(bits)) return bits;
        if (isNotComputable(nats)) return nats;
        return isNotComputable(kl) ? kl : { bits: bits.value, nats: nats.value, kl: kl.value };
      },
      tolerance: 1e-11,
    }),
    comparison({
      name: "Wasserstein, energy and KS D of samples, as fractions",
      peer: "two_samples",
      draw: drawTwoSamples,
      ours: ({ x, y }) => {
        const found = compareSamples(x, y);
        if (isNotComputable(found)) return found;
        return { wasserstein: found.wasserstein.value, energy: found.energy.value, d: found.ks.statistic };
      },
      tolerance: 1e-12,
    }),
    comparison({
      name: "Wasserstein and energy of scipy",
      peer: "scipy_samples",
      draw: (random) => ({
        x: Float64Array.from({ length: 1 + random.int(300) }, () => random.normal()),
        y: Float64Array.from({ length: 1 + random.int(300) }, () => Math.round(4 * random.normal()) / 2),
      }),
      ours: ({ x, y }) => {
        const found = compareSamples(x, y);
        return isNotComputable(found) ? found : { wasserstein: found.wasserstein.value, energy: found.energy.value };
      },
      tolerance: 1e-11,
    }),
    comparison({
      name: "Wasserstein in standard deviations of the reference, at 50 digits",
      peer: "normed_wasserstein",
      draw: drawTwoSamples,
      ours: ({ x, y }) => answerOf(wasserstein(x, y, { unit: "referenceStd" })),
      tolerance: 1e-12,
    }),
    comparison({
      name: "Wasserstein and energy of histograms of scipy, with weights",
      peer: "scipy_histograms",
      draw: (random, index) => {
        const cells = 1 + random.int(20);
        let edge = 10 * random.normal();
        const edges = Float64Array.from({ length: cells + 1 }, () => {
          edge += 0.01 + random.next();
          return edge;
        });
        const size = index % 2 === 0 ? 20 : 1e9;
        const draw = (): Float64Array => {
          const counts = Float64Array.from({ length: cells }, () => (random.next() < 0.3 ? 0 : random.int(size)));
          counts[random.int(cells)] = 1 + random.int(size);
          return counts;
        };
        return { edges, p: draw(), q: draw() };
      },
      ours: ({ edges, p, q }) => {
        const [w, e] = [wassersteinHistogram(edges, p, q), energyHistogram(edges, p, q)];
        if (isNotComputable(w)) return w;
        return isNotComputable(e) ? e : { wasserstein: w.value, energy: e.value };
      },
      tolerance: 1e-11,
      absolute: 1e-12,
    }),
    ...(["sturges", "doane", "freedman-diaconis"] as const).map((rule) =>
      comparison({
        name: `bins by ${rule} of numpy`,
        peer: "bin_edges",
        draw: (random, index) => {
          const kind = index % 5;
          const length = index < 8 ? 1 + index : 1 + random.int(index % 7 === 0 ? 5000 : 300);
          const x = Float64Array.from({ length }, () => {
            if (kind === 0) return random.int(9);
            if (kind === 1) return Math.exp(random.normal());
            if (kind === 2) return random.next() < 0.6 ? 0 : random.normal();
            return kind === 3 ? 1e9 + random.next() : random.normal();
          });
          return { x, rule: rule === "freedman-diaconis" ? "fd" : rule };
        },
        ours: ({ x }) => {
          const bins = equalWidthBins({ values: x }, { bins: rule, most: 100_000 });
          if (isNotComputable(bins)) return bins;
          const { min, uppers } = bins;
          const varies = uppers[uppers.length - 1] !== min;
          return varies ? { bins: uppers.length, low: min, first: uppers[0] as number } : { bins: uppers.length };
        },
        tolerance: 1e-14,
      }),
    ),
    comparison({
      name: "quantiles of numpy",
      peer: "quantile",
      draw: (random, index) => ({
        x: sortDoubles(drawSample(random)),
        p: index % 9 === 0 ? random.int(3) / 2 : random.next(),
      }),
      ours: ({ x, p }) => {
        const value = quantileOfSorted(x, p);
        return isNotComputable(value) ? value : { value };
      },
      tolerance: 1e-12,
    }),
  ],
};
