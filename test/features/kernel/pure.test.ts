import { expect, test } from "vitest";
import { nullable, onDemand, pure, request, t } from "../../../src/features/index.ts";
import { evaluateView } from "../../support/evaluate-expressions.ts";

const fields = request({ x: nullable(t.float64), code: t.utf8, yes: t.bool });

function view(version: string, compute: (x: number) => number | null) {
  return onDemand("v", {
    inputs: [fields],
    features: ({ x }) => ({ out: pure(compute, { version, inputs: [x], type: nullable(t.float64) }) }),
  });
}

test("a pure function gets values of the inputs' types, and is called only where all have one", () => {
  const calls: unknown[] = [];
  const made = onDemand("v", {
    inputs: [fields],
    features: ({ x, code, yes }) => ({
      out: pure(
        (number, text, flag) => {
          calls.push([number, text, flag]);
          return flag ? `${text}${number}` : text;
        },
        { version: "1", inputs: [x, code, yes], type: t.utf8 },
      ),
      same: pure((flag) => !flag, { version: "1", inputs: [yes], type: t.bool }),
    }),
  });
  expect(evaluateView(made, { x: 1.5, code: "a", yes: true })).toEqual({ out: "a1.5", same: false });
  expect(calls).toEqual([
    [1.5, "a", true],
    [1.5, "a", true],
  ]);
  expect(evaluateView(made, { x: null, code: "a", yes: false })).toEqual({ out: null, same: true });
  expect(evaluateView(made, { x: undefined, code: "a", yes: false })).toEqual({ out: "missing", same: true });
  expect(calls).toHaveLength(2);
});

test("its null is a null, and a value of another type is refused", () => {
  expect(
    evaluateView(
      view("1", (x) => (x > 1 ? x : null)),
      { x: 1 },
    ),
  ).toEqual({ out: null });
  expect(
    evaluateView(
      view("1", (x) => x / 0),
      { x: 1 },
    ),
  ).toEqual({ out: Number.POSITIVE_INFINITY });
  const wrong: unknown = async (x: number) => x;
  expect(() => evaluateView(view("7", wrong as (x: number) => number), { x: 1 })).toThrowError(
    /definition\/invalid.*version "7".*type f64/s,
  );
});

test("version and text are part of the view's hash", () => {
  const one = view("1", (x) => x + 1).hash;
  expect(view("1", (x) => x + 1).hash).toBe(one);
  expect(view("2", (x) => x + 1).hash).not.toBe(one);
  expect(view("1", (x) => x + 2).hash).not.toBe(one);
});

test("a function without a text or a version is refused", () => {
  expect(() => view("", (x) => x)).toThrowError(/without a version/);
  expect(() => view("1", Math.exp)).toThrowError(/native or bound/);
  expect(() => view("1", ((x: number) => x).bind(null))).toThrowError(/native or bound/);
});

test("two pure functions of one text are two functions", () => {
  const times = (factor: number) => (x: number) => x * factor;
  const made = onDemand("v", {
    inputs: [fields],
    features: ({ x }) => ({
      double: pure(times(2), { version: "1", inputs: [x], type: t.float64 }),
      triple: pure(times(3), { version: "1", inputs: [x], type: t.float64 }),
    }),
  });
  expect(evaluateView(made, { x: 5 })).toEqual({ double: 10, triple: 15 });
});
