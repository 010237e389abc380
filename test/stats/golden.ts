import { readFileSync } from "node:fs";

/** The recipe of a sample in the golden file: the same doubles in every language. */
export interface Recipe {
  readonly n: number;
  readonly a: number;
  readonly b: number;
  readonly m: number;
  readonly pow: number;
  readonly scale: number;
  readonly shift: number;
  readonly floor: boolean;
}

/** One case of `golden/stats-cases.json`. */
export interface GoldenCase {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, number>>;
}

/** Reads a file of test/golden. */
export function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));
}

/** A case of `golden/stats-cases.json` by its id. */
export function goldenCase(id: string): GoldenCase {
  const { cases } = golden("stats-cases") as { readonly cases: readonly GoldenCase[] };
  const found = cases.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no golden case ${id}`);
  return found;
}

/** The sample of a recipe. */
export function sampleOf(recipe: unknown): Float64Array {
  const { n, a, b, m, pow, scale, shift, floor } = recipe as Recipe;
  return Float64Array.from({ length: n }, (_, index) => {
    const unit = ((a * (index + 1) + b) % m) / m;
    const value = (pow === 2 ? unit * unit : unit) * scale + shift;
    return floor ? Math.floor(value) : value;
  });
}
