import type { ColumnType } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import type {
  BooleanExpression,
  Either,
  Expression,
  ExpressionNode,
  InstantExpression,
  NumberExpression,
  NumberOperand,
  TextExpression,
} from "../../contracts/expression.ts";

/** The expression of an input: a request field, or `view.feature`. */
export function inputExpression(name: string, type: ColumnType): Expression {
  const node: ExpressionNode = { op: "input", name };
  switch (type.tag) {
    case "f64":
    case "i32":
      return numberExpression(node, type.nullable);
    case "bool":
      return booleanExpression(node, type.nullable);
    case "utf8":
      return textExpression(node, type.nullable);
    case "instant":
      return instantExpression(node, type.nullable);
    case "i64":
    case "json":
      return withoutOperators({ node, type });
  }
}

function numberExpression<N extends boolean>(node: ExpressionNode, nullable: N): NumberExpression<N> {
  const number = <M extends boolean>(op: string, x: NumberOperand<M>): NumberExpression<Either<N, M>> =>
    numberExpression(call(op, node, operandNode(x)), either(nullable, operandNullable(x)));
  const compare = <M extends boolean>(op: string, x: NumberOperand<M>): BooleanExpression<Either<N, M>> =>
    booleanExpression(call(op, node, operandNode(x)), either(nullable, operandNullable(x)));
  const own = (op: string): NumberExpression<N> => numberExpression(call(op, node), nullable);
  return withoutOperators({
    node,
    type: { tag: "f64", nullable },
    add: (x) => number("add", x),
    sub: (x) => number("sub", x),
    mul: (x) => number("mul", x),
    div: (x) => number("div", x),
    min: (x) => number("min", x),
    max: (x) => number("max", x),
    gt: (x) => compare("gt", x),
    ge: (x) => compare("ge", x),
    lt: (x) => compare("lt", x),
    le: (x) => compare("le", x),
    eq: (x) => compare("eq", x),
    abs: () => own("abs"),
    neg: () => own("neg"),
    sqrt: () => own("sqrt"),
    floor: () => own("floor"),
    log1p: () => own("log1p"),
    isNull: () => booleanExpression(call("isNull", node), false),
    orElse: (x) => numberExpression(call("orElse", node, constant(x)), false),
  });
}

function booleanExpression<N extends boolean>(node: ExpressionNode, nullable: N): BooleanExpression<N> {
  const both = <M extends boolean>(op: string, x: BooleanExpression<M>): BooleanExpression<Either<N, M>> =>
    booleanExpression(call(op, node, x.node), either(nullable, x.type.nullable));
  return withoutOperators({
    node,
    type: { tag: "bool", nullable },
    and: (x) => both("and", x),
    or: (x) => both("or", x),
    not: () => booleanExpression(call("not", node), nullable),
    toNumber: () => numberExpression(call("toNumber", node), nullable),
    orElse: (x) => booleanExpression(call("orElse", node, constant(x)), false),
  });
}

function textExpression<N extends boolean>(node: ExpressionNode, nullable: N): TextExpression<N> {
  return withoutOperators({
    node,
    type: { tag: "utf8", nullable },
    eq: (x) => booleanExpression(call("textEq", node, constant(x)), nullable),
    orElse: (x) => textExpression(call("textOrElse", node, constant(x)), false),
  });
}

function instantExpression<N extends boolean>(node: ExpressionNode, nullable: N): InstantExpression<N> {
  return withoutOperators({
    node,
    type: { tag: "instant", nullable },
    hour: () => numberExpression(call("hour", node), nullable),
    weekday: () => numberExpression(call("weekday", node), nullable),
  });
}

/** An operator of the language would compute with the expression itself, at once: it is refused where it can be seen. */
function withoutOperators<E extends Expression>(expression: E): E {
  return Object.defineProperty(expression, Symbol.toPrimitive, { value: refuseOperator });
}

function refuseOperator(): never {
  throw new SluiceError("definition/invalid", {
    found: "an operator of JavaScript on a feature expression",
    expected: "the expression's own methods",
    fix: "Use .gt(), .lt(), .eq(), .add(), .sub(), .mul(), .div() instead of operators, and .toNumber() instead of a condition.",
  });
}

function call(op: string, ...args: readonly ExpressionNode[]): ExpressionNode {
  return { op, args };
}

/** A constant; −0 is taken as 0, for both have one text and so one hash. */
function constant(value: number | string | boolean): ExpressionNode {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new SluiceError("definition/invalid", {
      found: `the constant ${value}`,
      expected: "a finite number",
      fix: "Use null and orElse instead.",
    });
  }
  return { op: "constant", value: value === 0 ? 0 : value };
}

function operandNode(x: NumberOperand<boolean>): ExpressionNode {
  return typeof x === "number" ? constant(x) : x.node;
}

function operandNullable<M extends boolean>(x: NumberOperand<M>): M {
  return (typeof x === "number" ? false : x.type.nullable) as M;
}

function either<A extends boolean, B extends boolean>(a: A, b: B): Either<A, B> {
  return (a || b) as Either<A, B>;
}
