import type {
  BooleanExpression,
  Either,
  ExpressionNode,
  TextExpression,
  TextOperand,
} from "../../../contracts/expression.ts";
import { SluiceError } from "../../../core/errors.ts";
import {
  both,
  call,
  constant,
  constants,
  either,
  type Makers,
  operandNode,
  operandNullable,
  withoutOperators,
} from "./expression-nodes.ts";

/** Makes an expression of a text. */
export function textExpression<N extends boolean>(node: ExpressionNode, nullable: N, make: Makers): TextExpression<N> {
  const test = <M extends boolean>(op: string, x: TextOperand<M>): BooleanExpression<Either<N, M>> =>
    make.boolean(call(op, node, operandNode(x, "utf8")), either(nullable, operandNullable(x)));
  const own = (op: string): TextExpression<N> => make.text(call(op, node), nullable);
  return withoutOperators({
    node,
    type: { tag: "utf8", nullable },
    eq: (x) => test("eq", x),
    ne: (x) => test("ne", x),
    isIn: (values) => make.boolean(call("isIn", node, ...constants("isIn", values)), nullable),
    length: () => make.number(call("length", node), nullable),
    slice: (start, end) =>
      make.text(call(end === undefined ? "sliceFrom" : "slice", node, ...bounds(start, end)), nullable),
    startsWith: (x) => test("startsWith", x),
    endsWith: (x) => test("endsWith", x),
    contains: (x) => test("contains", x),
    concat: (x) => make.text(call("concat", node, operandNode(x, "utf8")), either(nullable, operandNullable(x))),
    trim: () => own("trim"),
    lower: () => own("lower"),
    upper: () => own("upper"),
    hash: (buckets) => make.number(call("hash", node, constant(bucketCount(buckets))), nullable),
    oneHot: <V extends string, P extends string>(values: readonly V[], prefix?: P) =>
      Object.fromEntries(
        values.map((value) => [`${prefix ?? ""}${value}`, make.boolean(call("eq", node, constant(value)), nullable)]),
      ) as { readonly [K in V as `${P}${K}`]: BooleanExpression<N> },
    toNumber: () => make.number(call("textToNumber", node), true),
    toBoolean: () => make.boolean(call("textToBoolean", node), true),
    nullIf: (x) => make.text(call("nullIf", node, operandNode(x, "utf8")), true),
    isNull: () => make.boolean(call("isNull", node), false),
    orElse: (x) => make.text(call("orElse", node, operandNode(x, "utf8")), both(nullable, operandNullable(x))),
  });
}

function bounds(start: number, end: number | undefined): readonly ExpressionNode[] {
  for (const bound of [start, end ?? 0]) {
    if (!Number.isSafeInteger(bound)) throw invalid(`slice(…) at ${bound}`, "whole numbers", "Count code points.");
  }
  return end === undefined ? [constant(start)] : [constant(start), constant(end)];
}

function bucketCount(buckets: number): number {
  if (Number.isInteger(buckets) && buckets >= 1 && buckets <= 2 ** 31) return buckets;
  throw invalid(`hash(${buckets})`, "1 … 2^31 buckets, a whole number", "Say how many buckets there are.");
}

function invalid(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("definition/invalid", { found, expected, fix });
}
