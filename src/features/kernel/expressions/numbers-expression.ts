import type { ExpressionNode } from "../../../contracts/expression.ts";
import type { NumbersExpression } from "../../../contracts/numbers-expression.ts";
import { SluiceError } from "../../../core/errors.ts";
import { call, constant, type Makers, withoutOperators } from "./expression-nodes.ts";

/** Makes an expression of a list of numbers; `size` is how many a vector has. */
export function numbersExpression<N extends boolean>(
  node: ExpressionNode,
  nullable: N,
  size: number | undefined,
  make: Makers,
): NumbersExpression<N> {
  return withoutOperators({
    node,
    type: { tag: "f64[]", nullable, ...(size !== undefined && { size }) },
    size: () => make.number(call("size", node), nullable),
    at: (index) => make.number(call("at", node, constant(itemIndex(index, size))), true),
    norm: () => make.number(call("norm", node), nullable),
    dot: (x) => make.number(call("dot", node, alike(x, size)), true),
    cosine: (x) => make.number(call("cosine", node, alike(x, size)), true),
    isNull: () => make.boolean(call("isNull", node), false),
  });
}

function itemIndex(index: number, size: number | undefined): number {
  if (Number.isSafeInteger(index) && index >= 0 && index < (size ?? Number.POSITIVE_INFINITY)) return index;
  throw new SluiceError("definition/invalid", {
    found: `at(${index})${size === undefined ? "" : ` of a vector of ${size}`}`,
    expected: "the place of an item, counted from 0",
    fix: "Count from 0, up to the vector's size.",
  });
}

function alike(x: NumbersExpression<boolean>, size: number | undefined): ExpressionNode {
  const other = x.type.size;
  if (size === undefined || other === undefined || other === size) return x.node;
  throw new SluiceError("definition/invalid", {
    found: `a vector of ${size} and one of ${other}`,
    expected: "vectors of one size",
    fix: "Name vectors that were made alike.",
  });
}
