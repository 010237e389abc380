import { expect, test } from "vitest";
import type {
  Expression,
  InstantExpression,
  NumberExpression,
  TextExpression,
} from "../../../src/contracts/expression.ts";
import { onDemand, request, t } from "../../../src/features/index.ts";
import { programOf } from "../../../src/features/kernel/program.ts";
import { evaluateView } from "../../support/evaluate-expressions.ts";

const fields = request({ x: t.float64, y: t.float64 });

test("an expression that shares its parts stays as small as it is written", () => {
  const view = onDemand("v", {
    inputs: [fields],
    features: ({ x, y }) => {
      let sum: NumberExpression<boolean> = x;
      for (let i = 0; i < 200; i++) sum = sum.add(sum).sub(sum);
      return { sum, between: sum.between(y, sum.add(y)) };
    },
  });
  if (view.body.kind !== "onDemand") throw new Error("an on-demand view expected");
  expect(programOf(view.body.expressions, () => false).steps.length).toBeLessThan(410);
  expect(evaluateView(view, { x: 3, y: 2 })).toEqual({ sum: 3, between: true });
});

test("what is written twice is computed once, and hashes like what is shared", () => {
  const shared = onDemand("v", {
    inputs: [fields],
    features: ({ x, y }) => {
      const ratio = x.div(y);
      return { a: ratio.log(), b: ratio.sqrt() };
    },
  });
  const twice = onDemand("v", {
    inputs: [fields],
    features: ({ x, y }) => ({ b: x.div(y).sqrt(), a: x.div(y).log() }),
  });
  expect(twice.hash).toBe(shared.hash);
  if (twice.body.kind !== "onDemand") throw new Error("an on-demand view expected");
  expect(programOf(twice.body.expressions, () => false).steps).toHaveLength(5);
  const other = onDemand("v", {
    inputs: [fields],
    features: ({ x, y }) => ({ b: x.div(y).sqrt(), a: y.div(x).log() }),
  });
  expect(other.hash).not.toBe(shared.hash);
});

test("an operation that does not exist, or does not take such operands, is refused", () => {
  const x = { op: "input", name: "x" } as const;
  expect(() => programOf({ a: { op: "constructor", args: [x] } }, () => false)).toThrowError(/definition\/invalid/);
  expect(() => programOf({ a: { op: "add", args: [x] } }, () => false)).toThrowError(/"add" on \(number\)/);
  expect(() => programOf({ a: { op: "add", args: [x, x] } }, () => true)).toThrowError(/"add" on \(text, text\)/);
  expect(() => programOf({ a: { op: "add", args: [x, x, x] } }, () => false)).toThrowError(/definition\/invalid/);
});

test("bounds, edges, steps and lists are judged when a view is defined", () => {
  const text = request({ s: t.utf8, at: t.instant });
  const define = (build: (inputs: { s: TextExpression<false>; at: InstantExpression<false> }) => Expression) => () =>
    onDemand("v", { inputs: [text], features: ({ s, at }) => ({ out: build({ s, at }) }) });
  expect(define(({ s }) => s.hash(0))).toThrowError(/hash\(0\)/);
  expect(define(({ s }) => s.hash(1.5))).toThrowError(/hash\(1.5\)/);
  expect(define(({ s }) => s.slice(0.5))).toThrowError(/whole numbers/);
  expect(define(({ s }) => s.isIn([]))).toThrowError(/isIn of no values/);
  expect(define(({ s }) => s.length().bucket([1, 1]))).toThrowError(/ascending/);
  expect(define(({ s }) => s.length().bucket([]))).toThrowError(/bucket of no values/);
  expect(define(({ at }) => at.floorTo("0s"))).toThrowError(/step above 0/);
  expect(define(({ at }) => at.floorTo("1 hour"))).toThrowError(/duration/);
  expect(define(({ at }) => at.plus(-1))).toThrowError(/duration/);
});
