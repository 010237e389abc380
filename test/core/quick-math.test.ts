import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { carefulExp, portableExp } from "../../src/core/math/exp.ts";
import { carefulLog, portableLog } from "../../src/core/math/log.ts";
import { carefulLog1p, portableLog1p } from "../../src/core/math/log1p.ts";
import { logConstants } from "../../src/core/math/log-pair.ts";
import { quickExp } from "../../src/core/math/quick-exp.ts";
import { quickLog } from "../../src/core/math/quick-log.ts";
import { seededRandom } from "../../src/core/random.ts";

const draws = 300_000;
const random = seededRandom("quick mathematics");

/** A number between 2^from and 2^to, its exponent spread evenly. */
function spread(from: number, to: number): number {
  return (1 + random.next()) * 2 ** (from + random.int(to - from));
}

/** A number next to 1, of one next to 1 or 0, of a few orders of magnitude, of any order, or an integer. */
function positive(index: number): number {
  const u = random.next();
  if (index % 6 === 0) return 1 + (u - 0.5) * 2 ** -random.int(54);
  if (index % 6 === 1) return 0.5 + 1.5 * u;
  if (index % 6 === 2) return u;
  if (index % 6 === 3) return spread(-60, 60);
  return index % 6 === 4 ? spread(-1074, 1023) : Math.floor(spread(0, 53));
}

/** An exponent of any size, as of densities and odds, next to 0, or next to where the table's steps meet. */
function exponent(index: number): number {
  const u = random.next() - 0.5;
  if (index % 4 === 0) return 1500 * u;
  if (index % 4 === 1) return 40 * u;
  if (index % 4 === 2) return u * 2 ** -random.int(60);
  return (random.int(2 ** 14) - 2 ** 13 + 0.5) * (Math.LN2 / 64) + u * 2 ** -random.int(50);
}

const careful = {
  log: (x: number) => carefulLog(x, logConstants),
  log1p: (x: number) => carefulLog1p(x, logConstants),
  exp: carefulExp,
};
const asUsed = {
  log: (x: number) => portableLog(x, logConstants),
  log1p: (x: number) => portableLog1p(x, logConstants),
  exp: portableExp,
};
const inputs = {
  log: Float64Array.from({ length: draws }, (_, index) => positive(index)),
  log1p: Float64Array.from({ length: draws }, (_, index) => (index % 4 === 3 ? -random.next() : positive(index) - 1)),
  exp: Float64Array.from({ length: draws }, (_, index) => exponent(index)),
};
/** Digests of the answers before there was a quick path. */
const digests = {
  log: "dffb669b64a7e124291cca9462ebc3a4850cd0a0e81320faf109ae253ea700dc",
  log1p: "bd6ba09402b6188c802185c0acf7387f5ae0cdefd23746d2c4294307a30ead3c",
  exp: "0bd7deec447be9446bb160fb25d1399973ede8b2fb7b7ba2d95d9718d764731d",
};

test.each(["log", "log1p", "exp"] as const)("%s has the bits of its pairs, quick as it is", (name) => {
  const [ours, theirs] = [inputs[name].map(asUsed[name]), inputs[name].map(careful[name])];
  const other = ours.findIndex((value, i) => !Object.is(value, theirs[i]));
  expect(other, `of ${inputs[name][other]}: ${ours[other]} and ${theirs[other]}`).toBe(-1);
  expect(createHash("sha256").update(ours).digest("hex")).toBe(digests[name]);
});

test("the quick path answers nearly always, and says when it does not know", () => {
  const unsure = (values: Float64Array, quick: (x: number) => number): number =>
    values.reduce((sum, x) => sum + (Number.isNaN(quick(x)) ? 1 : 0), 0) / values.length;
  const usual = inputs.exp.filter((x) => Math.abs(x) < 700);
  for (const share of [unsure(inputs.log, (x) => quickLog(x, 0, logConstants)), unsure(usual, (x) => quickExp(x))]) {
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.01);
  }
});

test("there is no quick answer for what has no finite, normal one", () => {
  for (const x of [0, -0, -1, -Infinity, Infinity, NaN, 5e-324, 2.2e-308]) {
    expect(quickLog(x, 0, logConstants)).toBeNaN();
  }
  for (const x of [Infinity, -Infinity, NaN, 709.8, -745.2, -708.4]) expect(quickExp(x)).toBeNaN();
});

test("the ends of an exponential's range", () => {
  expect(portableExp(0)).toBe(1);
  expect(portableExp(709.78)).toBe(1.7928227943945155e308);
  expect(portableExp(709.782712893384)).toBe(1.7976931348622732e308);
  expect(portableExp(709.7827128933841)).toBe(Infinity);
  expect(portableExp(-708.4)).toBe(2.217119081664265e-308);
  expect(portableExp(-745.13)).toBe(5e-324);
  expect(portableExp(-745.14)).toBe(0);
});
