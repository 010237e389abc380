import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { distinctCount } from "../../../src/data/checks/distinct-count.ts";

test("distinct values are counted exactly, or close where they are fractions in many rows", () => {
  const random = seededRandom("distinct");
  for (const [rows, spread, error] of [
    [50_000, 1000, 0],
    [300_000, 200_000, 0.005],
    [300_000, 5000, 0.02],
  ] as const) {
    const values = Float64Array.from({ length: rows }, () => random.int(spread) / 7);
    const states = Uint8Array.from(values, (_, row) => (row % 10 === 0 ? 0 : 1));
    const exact = new Set(values.filter((_, row) => row % 10 !== 0)).size;
    const found = distinctCount({ tag: "f64", values, states });
    expect(Math.abs(found - exact), `${found}, exactly ${exact}`).toBeLessThanOrEqual(error * exact);
    const whole = values.map((value) => Math.round(7 * value) - 100);
    expect(distinctCount({ tag: "f64", values: whole, states })).toBe(exact);
  }
  const big = BigInt64Array.from({ length: 200_000 }, (_, row) => BigInt(row) * 4294967296n);
  expect(Math.abs(distinctCount({ tag: "i64", values: big }) - 200_000)).toBeLessThan(1000);
});
