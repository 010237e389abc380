import type { z } from "zod";
import { SluiceError } from "../../core/errors.ts";
import type { BigintTest } from "./bigint-test.ts";
import type { CellTest } from "./cell-test.ts";
import { type NumberTest, nextUp } from "./number-test.ts";
import type { TextTest } from "./text-test.ts";
import { runZod } from "./zod-answer.ts";

/**
 * Asks the real schema about values at which a compiled verdict may turn; answers the first on which the two differ, in words, or
 * `undefined`. What zod's checks mean changes between its versions: where they differ, zod is right and the column is left to it.
 *
 * @param same - Whether an output is the value as it went in.
 */
export function probeDifference<V>(
  schema: z.core.$ZodType,
  tests: readonly CellTest<V>[],
  values: Iterable<V>,
  input: (value: V) => unknown = (value) => value,
  same: (output: unknown, value: V) => boolean = Object.is,
): string | undefined {
  for (const value of values) {
    const ours = attempt(() => tests.some((test) => test.passes(value)));
    const zods = attempt(() => runZod(schema, input(value)));
    // A refinement may throw on a value that no row has.
    if (ours === undefined || zods === undefined) continue;
    if (ours !== zods.ok || (zods.ok && !same(zods.value, value)))
      return `zod ${zods.ok ? "accepts" : "refuses"} ${shown(value)}${ours === zods.ok ? " but changes it" : ""}`;
  }
  return undefined;
}

function shown(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}

/** An asynchronous check is an error already when compiling; one that throws is none yet. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SluiceError && cause.message.includes("asynchronous")) throw cause;
    return undefined;
  }
}

const numbers = [0, -0, 1, -1, 0.5, -0.5, 1.5, 0.1, 0.3, 7, 1e21, 1e-7, 123456.75, Number.MIN_VALUE, Number.EPSILON];
const limits = [2 ** 31, 2 ** 32, 2 ** 49, 2 ** 53, 8.64e15, 3.4028234663852886e38, Number.MAX_VALUE, Infinity];

/** Numbers around every edge of some tests, and those at which formats turn. */
export function numberProbes(tests: readonly NumberTest[]): ReadonlySet<number> {
  const edges = [...limits, ...tests.flatMap((test) => [...test.edges.slice(0, 200), test.lo, test.hi])];
  const around = edges.flatMap((edge) => [edge, -edge, nextUp(edge), -nextUp(-edge), edge + 1, edge - 1]);
  return new Set([Number.NaN, ...numbers, ...around]);
}

/** Whole milliseconds around every edge of some tests, and the limits of dates. */
export function instantProbes(tests: readonly NumberTest[]): ReadonlySet<number> {
  const edges = [0, 8.64e15, -8.64e15, 1e12, ...tests.flatMap((test) => [...test.edges, test.lo, test.hi])];
  const around = edges.filter(Number.isFinite).flatMap((edge) => [-1, 0, 1].map((step) => Math.trunc(edge) + step));
  return new Set([Number.NaN, ...around]);
}

/** 64-bit integers around the bounds of some tests and the limits of the type. */
export function bigintProbes(tests: readonly BigintTest[]): readonly bigint[] {
  const edges = [0n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, ...tests.flatMap((test) => [test.lo, test.hi])];
  const around = edges.flatMap((edge) => [edge - 1n, edge, edge + 1n, -edge, 1n - edge]);
  return around.filter((value) => BigInt.asIntN(64, value) === value);
}

const texts = [
  "",
  "a",
  "A",
  "0",
  " ",
  "\n",
  "a\n",
  "é",
  "e\u0301",
  "😀",
  "a😀",
  "abc",
  "ABC",
  "2026-01-01",
  "a@b.co",
  "null",
  "1e3",
];

/** Texts of every length around the bounds of some tests, in plain and in astral characters. */
export function textProbes(tests: readonly TextTest[]): ReadonlySet<string> {
  const probes = new Set(texts);
  for (const test of tests) {
    for (const text of test.texts.slice(0, 200)) for (const end of ["", "x", "\n", " "]) probes.add(text + end);
    for (const length of test.lengths) {
      if (!(length <= 1000)) continue;
      for (const count of [length - 1, length, length + 1, Math.floor(length / 2)]) {
        if (count < 0) continue;
        probes.add("x".repeat(count));
        probes.add("😀".repeat(count));
      }
    }
  }
  return probes;
}
