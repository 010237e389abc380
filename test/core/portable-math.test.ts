import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeKernel } from "../../src/features/index.ts";
import type { PortableMath } from "../../src/core/math/portable-math.ts";

const kernel: PortableMath = makeKernel();
const { origin, ...golden } = JSON.parse(
  readFileSync(new URL("../golden/portable-math.json", import.meta.url), "utf8"),
) as { readonly origin: string } & { readonly [K in keyof PortableMath]: readonly (readonly number[])[] };
const names = Object.keys(golden) as (keyof PortableMath)[];

/** The distance to the next double away from 0. */
function ulp(x: number): number {
  const bits = new BigInt64Array(Float64Array.of(Math.abs(x)).buffer);
  bits[0] = (bits[0] ?? 0n) + 1n;
  return (new Float64Array(bits.buffer)[0] ?? 0) - Math.abs(x);
}

function call(name: keyof PortableMath, x: number, y: number): number {
  return kernel[name](x, y);
}

test.each(names)("%s is the nearest double, or the one beside it, of a 1500-bit reference", (name) => {
  expect(origin).toContain("mpmath");
  const rows = golden[name];
  let exact = 0;
  for (const row of rows) {
    const [x = 0, y = 0] = row;
    const expected = row.at(-1) ?? 0;
    const found = call(name, x, y);
    if (found === expected) exact += 1;
    expect(Math.abs(found - expected), `${name}(${x}, ${y}) is ${found}`).toBeLessThanOrEqual(ulp(expected));
  }
  expect(exact / rows.length).toBeGreaterThan(0.9);
});

const special = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, 2 ** 53, NaN, Infinity, -Infinity, 1e308, -1e308];

test.each(names)("%s has the special values of ECMAScript", (name) => {
  for (const x of special) {
    for (const y of name === "pow" || name === "atan2" || name === "hypot" ? special : [0]) {
      const theirs = (Math[name] as (...numbers: number[]) => number)(
        ...(golden[name][0]?.length === 3 ? [x, y] : [x]),
      );
      const ours = call(name, x, y);
      if (theirs === 0 || !Number.isFinite(theirs)) expect(ours, `${name}(${x}, ${y})`).toBe(theirs);
      else expect(Math.abs(ours - theirs), `${name}(${x}, ${y})`).toBeLessThanOrEqual(2 * ulp(theirs));
    }
  }
});

test("powers, logarithms and roots of what has an exact answer are exact", () => {
  for (let n = -1074; n <= 1023; n++) {
    const power = kernel.pow(2, n);
    expect(power).toBe(2 ** n);
    expect(kernel.log2(power)).toBe(n);
  }
  for (let n = 0; n <= 22; n++) {
    expect(kernel.pow(10, n)).toBe(Number(`1e${n}`));
    expect(kernel.log10(Number(`1e${n}`))).toBe(n);
  }
  for (let n = 1; n < 2000; n++) {
    expect(kernel.cbrt(n * n * n)).toBe(n);
    expect(kernel.pow(n, 3)).toBe(n * n * n);
    expect(kernel.pow(n * n, 0.5)).toBe(n);
    expect(kernel.hypot(3 * n, 4 * n)).toBe(5 * n);
  }
});

test("odd functions are odd and even ones even, to the bit", () => {
  fc.assert(
    fc.property(fc.double(), (x) => {
      for (const name of ["sin", "tan", "asin", "atan", "sinh", "tanh", "cbrt"] as const)
        expect(Object.is(kernel[name](-x), x === 0 ? -x : -kernel[name](x))).toBe(true);
      for (const name of ["cos", "cosh"] as const) expect(Object.is(kernel[name](-x), kernel[name](x))).toBe(true);
    }),
    { numRuns: 5000, seed: 7 },
  );
});

test("an angle is reduced exactly, however large", () => {
  // sin² + cos² = 1 would hold for any angle: the double that comes closest to a multiple of π/2 tells.
  const closest = 6381956970095103 * 2 ** 797;
  expect(kernel.cos(closest)).toBe(-4.687165924254628e-19);
  expect(kernel.sin(1e22)).toBe(-0.8522008497671888);
});
