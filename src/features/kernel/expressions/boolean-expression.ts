import type { BooleanExpression, BooleanOperand, Either, ExpressionNode } from "../../../contracts/expression.ts";
import { both, call, either, type Makers, operandNode, operandNullable, withoutOperators } from "./expression-nodes.ts";

/** Makes an expression of a boolean. */
export function booleanExpression<N extends boolean>(
  node: ExpressionNode,
  nullable: N,
  make: Makers,
): BooleanExpression<N> {
  const two = <M extends boolean>(op: string, x: BooleanOperand<M>): BooleanExpression<Either<N, M>> =>
    make.boolean(call(op, node, operandNode(x, "bool")), either(nullable, operandNullable(x)));
  return withoutOperators({
    node,
    type: { tag: "bool", nullable },
    and: (x) => two("and", x),
    or: (x) => two("or", x),
    xor: (x) => two("xor", x),
    eq: (x) => two("eq", x),
    not: () => make.boolean(call("not", node), nullable),
    toNumber: () => make.number(call("booleanToNumber", node), nullable),
    toText: () => make.text(call("booleanToText", node), nullable),
    isNull: () => make.boolean(call("isNull", node), false),
    orElse: (x) => make.boolean(call("orElse", node, operandNode(x, "bool")), both(nullable, operandNullable(x))),
  });
}
