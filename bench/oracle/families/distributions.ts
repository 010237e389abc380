import type { Random } from "../../../src/core/random.ts";
import { betaQuantile } from "../../../src/stats/distributions/beta.ts";
import { binomialCdf, binomialPmf, binomialSf } from "../../../src/stats/distributions/binomial.ts";
import { chiSquaredCdf, chiSquaredSf } from "../../../src/stats/distributions/chi-squared.ts";
import { fCdf, fIsf, fSf } from "../../../src/stats/distributions/f.ts";
import { gammaIsf } from "../../../src/stats/distributions/gamma.ts";
import { kolmogorovCdf, kolmogorovSf } from "../../../src/stats/distributions/kolmogorov.ts";
import { ksOneSampleSf } from "../../../src/stats/distributions/ks-one-sample-sf.ts";
import { normalCdf, normalIsf, normalLogSf, normalSf } from "../../../src/stats/distributions/normal.ts";
import { poissonCdf, poissonPmf, poissonSf } from "../../../src/stats/distributions/poisson.ts";
import { studentTCdf, studentTIsf, studentTSf } from "../../../src/stats/distributions/student-t.ts";
import { comparison, type Family } from "../comparison.ts";
import { logCount, logUniform, probability } from "../draws.ts";

const dofs = (random: Random): number => logUniform(random, 1e-2, 1e10);

/** A t of which the tail is anything from ½ to about 1e-300. */
function tPoint(random: Random): { t: number; dof: number } {
  const dof = dofs(random);
  const size = random.next() < 0.3 ? logUniform(random, 1e-12, 1) : random.next() * (dof > 100 ? 36 : 60);
  return { t: random.next() < 0.3 ? -size : size, dof };
}

function count(random: Random): { k: number; n: number; p: number } {
  const n = logCount(random, 1, 1e9);
  const p = random.next() < 0.5 ? random.next() : logUniform(random, 1e-9, 0.5);
  const sd = Math.sqrt(n * p * (1 - p));
  return { k: Math.min(n, Math.max(0, Math.round(n * p + (random.next() - 0.5) * 40 * sd))), n, p };
}

/** What the quantiles return must stay a double: the draw is repeated until it does. */
function finite<Drawn>(draw: () => Drawn, value: (drawn: Drawn) => number): Drawn {
  for (;;) {
    const drawn = draw();
    const found = value(drawn);
    if (found > 1e-290 && found < 1e290) return drawn;
  }
}

/** A distance of n values with n·d² up to `most`; now and then a whole number of steps. */
function ksPoint(random: Random, n: number, most: number): { n: number; d: number } {
  const d = Math.min(0.95, Math.sqrt(logUniform(random, 0.2, most) / n));
  return { n, d: n > 1 && random.next() < 0.1 ? Math.max(1, Math.floor(n * d)) / n : d };
}

/** Both the input and what we answer travel to the oracle, which corrects the answer by a step of Newton's at 40 digits. */
export const family: Family = {
  name: "distributions",
  comparisons: [
    comparison({
      name: "normal tails",
      peer: "normal",
      draw: (random) => ({ z: (random.next() - 0.5) * 74 }),
      ours: ({ z }) => ({ sf: normalSf(z), cdf: normalCdf(z), logSf: normalLogSf(z) }),
      tolerance: 1e-12,
    }),
    comparison({
      name: "normal quantile",
      peer: "normal_isf",
      draw: (random, index) => ({
        upper: index % 4 === 0 ? 0.5 + logUniform(random, 1e-15, 0.4) : probability(random),
      }),
      ours: ({ upper }) => ({ value: normalIsf(upper) }),
      tolerance: 1e-13,
    }),
    comparison({
      name: "Student's t tails",
      peer: "student_t",
      draws: 200,
      draw: tPoint,
      ours: ({ t, dof }) => ({ sf: studentTSf(t, dof), cdf: studentTCdf(t, dof) }),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "Student's t quantiles",
      peer: "student_t_residual",
      draws: 200,
      draw: (random) => {
        const drawn = finite(
          () => ({ upper: probability(random), dof: dofs(random) }),
          ({ upper, dof }) => Math.abs(studentTIsf(upper, dof)),
        );
        return { ...drawn, t: studentTIsf(drawn.upper, drawn.dof) };
      },
      ours: ({ t }) => ({ value: t }),
      tolerance: 1e-11,
    }),
    comparison({
      name: "chi-squared tails",
      peer: "chi_squared",
      draws: 200,
      draw: (random, index) => {
        const dof = dofs(random);
        const far = index % 3 === 0 ? 60 : 8;
        return { dof, x: Math.max(dof * 1e-2, dof + (random.next() - 0.4) * far * Math.sqrt(2 * dof)) };
      },
      ours: ({ x, dof }) => ({ sf: chiSquaredSf(x, dof), cdf: chiSquaredCdf(x, dof) }),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "gamma quantiles",
      peer: "gamma_refined",
      draws: 200,
      draw: (random) => {
        const drawn = finite(
          () => ({ upper: probability(random), shape: logUniform(random, 1e-3, 1e10) }),
          ({ upper, shape }) => gammaIsf(upper, shape),
        );
        return { ...drawn, found: gammaIsf(drawn.upper, drawn.shape) };
      },
      ours: ({ found }) => ({ value: found }),
      tolerance: 1e-11,
    }),
    comparison({
      name: "beta quantiles",
      peer: "beta_refined",
      draws: 200,
      draw: (random) => {
        const drawn = finite(
          () => ({ p: probability(random), a: logUniform(random, 1e-2, 1e8), b: logUniform(random, 1e-2, 1e8) }),
          ({ p, a, b }) => Math.min(betaQuantile(p, a, b), 1e300 * (1 - betaQuantile(p, a, b))),
        );
        return { ...drawn, found: betaQuantile(drawn.p, drawn.a, drawn.b) };
      },
      ours: ({ found }) => ({ value: found }),
      tolerance: 1e-11,
    }),
    comparison({
      name: "F tails",
      peer: "f",
      draws: 200,
      draw: (random) => {
        const dof1 = dofs(random);
        const dof2 = dofs(random);
        const spread = Math.sqrt(2 / dof1 + 2 / dof2);
        return { dof1, dof2, f: Math.exp((random.next() - 0.5) * Math.min(40, 20 * spread)) };
      },
      ours: ({ f, dof1, dof2 }) => ({ sf: fSf(f, dof1, dof2), cdf: fCdf(f, dof1, dof2) }),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "F quantiles",
      peer: "f_refined",
      draws: 200,
      draw: (random) => {
        const drawn = finite(
          () => ({ upper: probability(random), dof1: dofs(random), dof2: dofs(random) }),
          ({ upper, dof1, dof2 }) => fIsf(upper, dof1, dof2),
        );
        return { ...drawn, found: fIsf(drawn.upper, drawn.dof1, drawn.dof2) };
      },
      ours: ({ found }) => ({ value: found }),
      tolerance: 1e-11,
    }),
    comparison({
      name: "Kolmogorov's limit",
      peer: "kolmogorov_sf",
      draw: (random) => ({ x: random.next() < 0.5 ? 0.05 + 1.5 * random.next() : 18 * random.next() + 0.05 }),
      ours: ({ x }) => ({ sf: kolmogorovSf(x), cdf: kolmogorovCdf(x) }),
      tolerance: 1e-12,
      absolute: 1e-300,
    }),
    comparison({
      name: "binomial",
      peer: "binomial",
      draws: 200,
      draw: count,
      ours: ({ k, n, p }) => ({ pmf: binomialPmf(k, n, p), sf: binomialSf(k, n, p), cdf: binomialCdf(k, n, p) }),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "Poisson",
      peer: "poisson",
      draws: 200,
      draw: (random) => {
        const mean = logUniform(random, 1e-6, 1e9);
        return { mean, k: Math.max(0, Math.round(mean + (random.next() - 0.5) * 40 * Math.sqrt(mean))) };
      },
      ours: ({ k, mean }) => ({ pmf: poissonPmf(k, mean), sf: poissonSf(k, mean), cdf: poissonCdf(k, mean) }),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "one-sample KS beyond 140 values equals scipy",
      peer: "ks_one_sample",
      draw: (random) => {
        const n = logCount(random, 141, 20_000);
        return { n, d: Math.min(0.99, Math.sqrt(logUniform(random, 0.3, 300) / n)) };
      },
      ours: ({ d, n }) => ({ sf: ksOneSampleSf(d, n) }),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "one-sample KS up to 140 values is exact",
      peer: "ks_exact",
      draw: (random, index) => ksPoint(random, index < 10 ? index + 1 : logCount(random, 1, 140), 25),
      ours: ({ d, n }) => ({ sf: ksOneSampleSf(d, n) }),
      tolerance: 1e-11,
    }),
    comparison({
      name: "one-sample KS beyond 140 values is as near to exact as documented",
      peer: "ks_exact",
      draws: 200,
      draw: (random) => ksPoint(random, logCount(random, 141, 400), 12),
      ours: ({ d, n }) => ({ sf: ksOneSampleSf(d, n) }),
      tolerance: 3e-5,
    }),
  ],
};
