import { expect, test } from "vitest";
import { betaCdf, betaIsf, betaQuantile } from "../../../src/stats/distributions/beta.ts";
import { binomialPmf } from "../../../src/stats/distributions/binomial.ts";
import { chiSquaredIsf, chiSquaredSf } from "../../../src/stats/distributions/chi-squared.ts";
import { fSf } from "../../../src/stats/distributions/f.ts";
import { kolmogorovSf } from "../../../src/stats/distributions/kolmogorov.ts";
import { normalCdf, normalIsf, normalQuantile, normalSf } from "../../../src/stats/distributions/normal.ts";
import { studentTIsf, studentTSf } from "../../../src/stats/distributions/student-t.ts";
import { erf, erfc } from "../../../src/stats/special/erfc.ts";
import { incompleteBeta, logIncompleteBeta } from "../../../src/stats/special/incomplete-beta.ts";
import { incompleteGamma } from "../../../src/stats/special/incomplete-gamma.ts";
import { logBeta } from "../../../src/stats/special/log-beta.ts";
import { logGamma, stirlingError } from "../../../src/stats/special/log-gamma.ts";
import { golden } from "../golden.ts";
import { relativeError } from "../relative-error.ts";

const rows = golden("stats-special") as Readonly<Record<string, readonly (readonly number[])[]>>;

const functions: Readonly<Record<string, (...input: number[]) => readonly number[]>> = {
  logGamma: (x = 0) => [logGamma(x)],
  incompleteGamma: (a = 0, x = 0) => [incompleteGamma(a, x).lower, incompleteGamma(a, x).upper],
  incompleteBeta: (a = 0, b = 0, x = 0) => [incompleteBeta(a, b, x).lower, incompleteBeta(a, b, x).upper],
  erfc: (x = 0) => [erf(x), erfc(x)],
  normalSf: (z = 0) => [normalSf(z)],
  normalIsf: (p = 0) => [normalIsf(p)],
  chiSquaredSf: (x = 0, k = 0) => [chiSquaredSf(x, k)],
  studentTSf: (t = 0, dof = 0) => [studentTSf(t, dof)],
  fSf: (f = 0, a = 0, b = 0) => [fSf(f, a, b)],
  kolmogorovSf: (x = 0) => [kolmogorovSf(x)],
  binomialPmf: (k = 0, n = 0, p = 0) => [binomialPmf(k, n, p)],
};

for (const [name, call] of Object.entries(functions)) {
  test(`${name} equals mpmath to 1e-12 relative`, () => {
    const cases = rows[name] ?? [];
    expect(cases.length).toBeGreaterThan(5);
    for (const row of cases) {
      const outputs = call(...row);
      const expected = row.slice(row.length - outputs.length);
      outputs.forEach((found, i) => {
        expect(relativeError(found, expected[i] ?? Number.NaN), `${name}(${row}) = ${found}`).toBeLessThan(1e-12);
      });
    }
  });
}

test("quantiles invert their tails, in both tails", () => {
  for (const p of [1e-200, 1e-20, 1e-4, 0.05, 0.5, 0.9, 1 - 1e-9]) {
    expect(relativeError(normalSf(normalIsf(p)), p)).toBeLessThan(1e-12);
    expect(relativeError(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12);
    for (const dof of [0.7, 1, 9, 300]) {
      expect(relativeError(chiSquaredSf(chiSquaredIsf(p, dof), dof), p), `chi² ${p} ${dof}`).toBeLessThan(1e-11);
      if (p > 1e-100)
        expect(relativeError(studentTSf(studentTIsf(p, dof), dof), p), `t ${p} ${dof}`).toBeLessThan(1e-10);
    }
  }
});

test("logBeta equals mpmath; betaQuantile inverts the tails", () => {
  for (const [a, b, expected] of [
    [2, 3, -2.4849066497880004],
    [0.001, 1e10, 6.884153034453963],
    [12.5, 1e5, -125.17793952144314],
  ] as const) {
    expect(relativeError(logBeta(a, b), expected)).toBeLessThan(1e-14);
    expect(logBeta(b, a)).toBe(logBeta(a, b));
  }
  for (const [a, b] of [
    [0.5, 0.5],
    [31, 971],
    [1e6, 3],
    [1e10, 1e10],
  ] as const) {
    for (const p of [1e-100, 1e-8, 0.025, 0.5, 0.975]) {
      expect(relativeError(betaCdf(betaQuantile(p, a, b), a, b), p), `${p} ${a} ${b}`).toBeLessThan(1e-8);
      expect(betaIsf(p, b, a)).toBeCloseTo(1 - betaQuantile(p, a, b), 12);
    }
  }
});

test("Stirling's error is the difference it claims to be", () => {
  for (const x of [0.3, 2, 9.99, 10, 40]) {
    const formula = (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI);
    expect(Math.abs(formula + stirlingError(x) - logGamma(x))).toBeLessThan(1e-13);
  }
});

test("logarithms of beta tails stay finite where the tail itself is 0", () => {
  const logs = logIncompleteBeta(1e5, 1e5, 0.01);
  expect(logs.lower).toBeLessThan(-10_000);
  expect(Number.isFinite(logs.lower)).toBe(true);
  expect(Math.abs(logs.upper)).toBe(0);
});

test("ends of the line", () => {
  expect(incompleteGamma(3, Number.POSITIVE_INFINITY)).toEqual({ lower: 1, upper: 0 });
  expect(incompleteBeta(2, 3, 0)).toEqual({ lower: 0, upper: 1 });
  expect(incompleteBeta(2, 3, 1)).toEqual({ lower: 1, upper: 0 });
  expect(kolmogorovSf(0)).toBe(1);
  expect(kolmogorovSf(Number.POSITIVE_INFINITY)).toBe(0);
  expect(studentTSf(Number.NEGATIVE_INFINITY, 4)).toBe(1);
  expect(chiSquaredIsf(1 - 2 ** -53, 0.01)).toBe(0);
  expect(studentTIsf(1e-300, 0.1)).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError(studentTSf(1e200, 1), 1e-200 / Math.PI)).toBeLessThan(1e-12);
  expect(relativeError(studentTSf(2, 1e300), normalSf(2))).toBeLessThan(1e-13);
});

test("misuse is an argument/invalid error", () => {
  const misuses: (() => unknown)[] = [
    () => logGamma(0),
    () => logGamma(Number.NaN),
    () => incompleteGamma(-1, 2),
    () => incompleteGamma(1, -2),
    () => incompleteBeta(1, 1, 1.5),
    () => normalSf(Number.NaN),
    () => normalQuantile(0),
    () => chiSquaredSf(3, 0),
    () => studentTSf(1, -1),
    () => kolmogorovSf(-1),
    () => binomialPmf(1.5, 3, 0.5),
  ];
  for (const misuse of misuses) expect(misuse).toThrowError(/argument\/invalid/);
});
