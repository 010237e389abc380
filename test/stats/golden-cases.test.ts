import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chiSquaredSf } from "../../src/stats/distributions/chi-squared.ts";
import { kolmogorovSf } from "../../src/stats/distributions/kolmogorov.ts";
import { normalSf } from "../../src/stats/distributions/normal.ts";
import { type GoldenCase, golden, goldenCase } from "./golden.ts";
import { relativeError } from "./relative-error.ts";

/** Compares one tail after another with the expected ones, which are in the order of the inputs. */
function expectTails(id: string, tails: (inputs: GoldenCase["inputs"]) => readonly number[]): void {
  const { inputs, expected } = goldenCase(id);
  const found = tails(inputs);
  const values = Object.values(expected);
  expect(found.length).toBe(values.length);
  values.forEach((value, i) => {
    expect(relativeError(found[i] as number, value)).toBeLessThan(1e-11);
  });
}

test("P06: the tail of Kolmogorov's limit equals scipy", () => {
  expectTails("P06", (inputs) => (inputs["x_values"] as readonly number[]).map(kolmogorovSf));
});

test("P07: the tail of chi-squared equals scipy", () => {
  expectTails("P07", (inputs) =>
    (inputs["xk"] as readonly (readonly [number, number])[]).map(([x, dof]) => chiSquaredSf(x, dof)),
  );
});

test("P08: the tail of the normal equals scipy", () => {
  expectTails("P08", (inputs) => (inputs["z"] as readonly number[]).map(normalSf));
});

test("every golden case of the statistics is named in a test", () => {
  const folder = new URL("./", import.meta.url);
  const tests = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
  const text = tests.map((file) => readFileSync(new URL(file, folder), "utf8")).join("\n");
  const { cases } = golden("stats-cases") as { readonly cases: readonly GoldenCase[] };
  expect(cases.length).toBeGreaterThan(20);
  expect(cases.map(({ id }) => id).filter((id) => !text.includes(`"${id}"`))).toEqual([]);
});
