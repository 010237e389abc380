import fc from "fast-check";
import { expect, test } from "vitest";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { count, featureService, makeKernel, nullable, onDemand, request, t } from "../../src/features/index.ts";
import { makeCells } from "../../src/features/kernel/cells.ts";
import { outputCells, outputTags } from "../../src/features/kernel/computable-cells.ts";
import { compileProgram } from "../../src/features/kernel/compile-program.ts";
import { programOf } from "../../src/features/kernel/program.ts";

const kernel = makeKernel();

/** One row through an on-demand view, as the kernel runs it: values by name, `undefined` where there is none. */
function evaluate(
  view: ReturnType<typeof sample>,
  values: { readonly [name: string]: number | string | boolean | null },
): { [name: string]: unknown } {
  if (view.body.kind !== "onDemand") throw new Error("an on-demand view expected");
  const program = programOf(
    view.body.expressions,
    (name) => view.request[name as keyof typeof view.request]?.tag === "utf8",
  );
  const given = program.inputs.map((name) => {
    const value = values[name] ?? null;
    const cells = makeCells(typeof value === "string" ? "utf8" : "f64", 1);
    cells.statuses[0] = value === null ? featureStatus.null : featureStatus.present;
    cells.values[0] = typeof value === "string" ? value : Number(value);
    return cells;
  });
  const outputs = outputCells(outputTags(view.features), 1);
  compileProgram(program, kernel)(1, given, outputs);
  return Object.fromEntries(
    Object.keys(view.features).map((name, i) => [
      name,
      outputs[i]?.statuses[0] === 1 ? outputs[i]?.values[0] : undefined,
    ]),
  );
}

function sample() {
  return onDemand("sample", {
    inputs: [
      request({ a: nullable(t.float64), b: t.float64, when: t.instant, city: nullable(t.utf8), wet: nullable(t.bool) }),
    ],
    features: ({ a, b, when, city, wet }) => ({
      sum: a.add(b),
      ratio: b.div(a).sub(1).mul(2),
      extremes: a.min(b).add(a.max(1)),
      less: a.lt(b),
      equal: a.eq(2),
      filled: a.orElse(7),
      none: a.isNull(),
      root: b.sqrt().floor().neg().abs(),
      hour: when.hour(),
      weekday: when.weekday(),
      atlanta: city.eq("ATL"),
      named: city.orElse("?"),
      both: wet.and(a.gt(0)).or(wet.not()),
      soaked: wet.orElse(false).toNumber(),
    }),
  });
}

test("expressions mean what they say", () => {
  const when = Date.UTC(2001, 3, 1, 23, 59, 59, 999);
  expect(evaluate(sample(), { a: 2, b: 9, when, city: "ATL", wet: true })).toEqual({
    sum: 11,
    ratio: 7,
    extremes: 4,
    less: 1,
    equal: 1,
    filled: 2,
    none: 0,
    root: 3,
    hour: 23,
    weekday: 7,
    atlanta: 1,
    named: "ATL",
    both: 1,
    soaked: 1,
  });
});

test("a null is contagious, but not through orElse and isNull", () => {
  expect(evaluate(sample(), { a: null, b: 9, when: -1, city: null, wet: null })).toEqual({
    sum: undefined,
    ratio: undefined,
    extremes: undefined,
    less: undefined,
    equal: undefined,
    filled: 7,
    none: 1,
    root: 3,
    hour: 23,
    weekday: 3,
    atlanta: undefined,
    named: "?",
    both: undefined,
    soaked: 0,
  });
});

test("hour and weekday agree with Date over eight centuries", () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1600, 0, 1), max: Date.UTC(2400, 0, 1) }), (ms) => {
      const date = new Date(ms);
      expect(kernel.hour(ms)).toBe(date.getUTCHours());
      expect(kernel.weekday(ms)).toBe(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
    }),
    { seed: 7 },
  );
});

test("log1p is within one unit in the last place, and exact at its edges", () => {
  // Golden values: mpmath 1.3, 30 digits, log1p at the exact doubles.
  const golden: readonly (readonly [number, number])[] = [
    [1e-20, 1e-20],
    [1e-9, 9.999999995e-10],
    [0.1, 0.09531017980432487],
    [0.5, 0.4054651081081644],
    [1, Math.LN2],
    [9, Math.LN10],
    [-0.5, -Math.LN2],
    [-0.999, -6.907755278982136],
    [1e6, 13.815511557963774],
    [1e300, 690.7755278982137],
  ];
  for (const [x, expected] of golden)
    expect(Math.abs(kernel.log1p(x) - expected)).toBeLessThanOrEqual(Math.abs(expected) * 2 ** -52);
  expect(kernel.log1p(-1)).toBe(Number.NEGATIVE_INFINITY);
  expect(kernel.log1p(-2)).toBeNaN();
  expect(kernel.log1p(Number.NaN)).toBeNaN();
  expect(kernel.log1p(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(kernel.log1p(-0)).toBe(-0);
  fc.assert(
    fc.property(fc.double({ min: -0.9999999, max: 1e12, noNaN: true }), (x) => {
      expect(Math.abs(kernel.log1p(x) - Math.log1p(x))).toBeLessThanOrEqual(Math.abs(Math.log1p(x)) * 2 ** -51);
    }),
    { numRuns: 5000, seed: 7 },
  );
});

test("a constant that is not finite is refused; −0 is 0", () => {
  const build = (constant: number) =>
    onDemand("v", { inputs: [request({ a: t.float64 })], features: ({ a }) => ({ b: a.add(constant) }) });
  expect(() => build(Number.NaN)).toThrow(/finite/);
  expect(build(-0).hash).toBe(build(0).hash);
  expect(featureService("s", [build(1)]).hash).not.toBe(featureService("s", [build(2)]).hash);
  expect(count().over("1h").window).toMatchObject({ hopMs: 300_000 });
});

test("an operator of the language on an expression is refused with the methods to use", () => {
  const types = { x: t.float64, text: t.utf8, yes: t.bool, when: t.instant };
  for (const name of ["x", "text", "yes", "when"]) {
    const define = () =>
      onDemand("o", {
        inputs: [request(types)],
        features: (given) => {
          const { [name]: expression }: { [name: string]: unknown } = given;
          return { y: given.x.add(Number(expression)) };
        },
      });
    expect(define).toThrowError(/definition\/invalid.*\.gt\(\)/s);
  }
});
