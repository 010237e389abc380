import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { betaCdf, betaQuantile } from "../../../src/stats/distributions/beta.ts";
import { chiSquaredSf } from "../../../src/stats/distributions/chi-squared.ts";
import { fCdf, fQuantile, fSf } from "../../../src/stats/distributions/f.ts";
import { gammaCdf, gammaIsf, gammaSf } from "../../../src/stats/distributions/gamma.ts";
import { poissonSf } from "../../../src/stats/distributions/poisson.ts";
import { studentTIsf, studentTSf } from "../../../src/stats/distributions/student-t.ts";
import { erf, erfc } from "../../../src/stats/special/erfc.ts";
import { incompleteBeta } from "../../../src/stats/special/incomplete-beta.ts";
import { incompleteGamma, logIncompleteGamma } from "../../../src/stats/special/incomplete-gamma.ts";
import { tailIntegral } from "../../../src/stats/special/tail-integral.ts";
import { relativeError } from "../relative-error.ts";

test("shapes beyond 1e-16 and 1e18 are refused rather than answered slowly or wrongly", () => {
  for (const [a, b] of [
    [1e-30, 1e300],
    [1, 1e19],
    [1e-17, 1],
  ] as const) {
    expect(() => incompleteBeta(a, b, 1e-300)).toThrowError(/argument\/invalid/);
  }
  expect(() => incompleteGamma(1e19, 1)).toThrowError(/argument\/invalid/);
  expect(() => chiSquaredSf(1, 1e-16)).toThrowError(/dof \/ 2/);
  expect(() => poissonSf(1e19, 1)).toThrowError(/k \+ 1/);
});

test("a tail integral ends whatever scale it is given", () => {
  const exponential = (v: number): number => -v;
  for (const scale of [0, Number.NaN, Infinity, -1, 1e-300, 1e300, 5e-324]) {
    expect(relativeError(tailIntegral(exponential, scale, Infinity), 1)).toBeLessThan(1e-13);
    expect(relativeError(tailIntegral(exponential, scale, 2), 1 - Math.exp(-2))).toBeLessThan(1e-13);
  }
  expect(tailIntegral(() => Number.NaN, 0, 1)).toBeNaN();
});

test("points at the end of the doubles have tails", () => {
  expect(incompleteGamma(1e-3, 1.7e308)).toEqual({ lower: 1, upper: 0 });
  expect(relativeError(logIncompleteGamma(1e-3, 1.7e308).upper, -1.7e308)).toBeLessThan(1e-15);
  expect(erfc(-1e200)).toBe(2);
  expect(erfc(1e200)).toBe(0);
  expect(erf(-1e200)).toBe(-1);
});

test("a gamma variable of the largest shape has both tails at its mean", () => {
  for (const shape of [1e15, 1e17, 1e18]) {
    expect(Math.abs(gammaCdf(shape, shape) - 0.5)).toBeLessThan(1e-8);
    expect(gammaCdf(shape, shape) + gammaSf(shape, shape)).toBe(1);
  }
});

test("F of a ratio that leaves the doubles equals its power law by mpmath", () => {
  expect(relativeError(fCdf(1e-300, 1e-3, 1e18), 0.705463805093077)).toBeLessThan(1e-12);
  expect(relativeError(fSf(1e300, 1e9, 0.01), 0.0308844128839357)).toBeLessThan(1e-12);
  expect(fSf(1.7e308, 1e12, 1e15)).toBe(0);
  expect(fCdf(1.7e308, 1e12, 1e15)).toBe(1);
});

test("Student's t of the smallest degrees of freedom equals mpmath", () => {
  expect(relativeError(studentTSf(1e308, 1e-4), 0.46552167102658065)).toBeLessThan(1e-12);
  expect(relativeError(studentTSf(1e308, 1e-16), 0.499999999999964)).toBeLessThan(2e-15);
  expect(studentTIsf(0.4, 1e-8)).toBe(Infinity);
});

test("quantiles of extreme shapes have the probability that was asked for", () => {
  const random = seededRandom("quantiles of extreme shapes");
  const shape = (): number => 10 ** (-3 + 21 * random.next());
  for (let i = 0; i < 300; i++) {
    const tail = 10 ** (-300 * random.next());
    const [a, b] = [shape(), shape()];
    const x = gammaIsf(tail, a);
    if (x > 1e-300) expect(between(tail, gammaSf(x * (1 + 1e-13), a), gammaSf(x * (1 - 1e-13), a))).toBe(true);
    const f = fQuantile(tail, a, b);
    if (f > 1e-300) expect(between(tail, fCdf(f * (1 - 1e-12), a, b), fCdf(f * (1 + 1e-12), a, b))).toBe(true);
    const share = betaQuantile(tail, a, b);
    if (share > 1e-300 && share < 0.5) {
      expect(between(tail, betaCdf(share * (1 - 1e-12), a, b), betaCdf(share * (1 + 1e-12), a, b))).toBe(true);
    }
  }
});

/** Whether low ≤ value ≤ high, up to what tails lose themselves. */
function between(value: number, low: number, high: number): boolean {
  return value >= low * (1 - 1e-11) && value <= high * (1 + 1e-11);
}
