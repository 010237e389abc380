import type {
  BooleanExpression,
  Either,
  ExpressionNode,
  NumberExpression,
  NumberOperand,
} from "../../../contracts/expression.ts";
import { SluiceError } from "../../../core/errors.ts";
import {
  both,
  call,
  constants,
  either,
  type Makers,
  operandNode,
  operandNullable,
  withoutOperators,
} from "./expression-nodes.ts";

/** Makes an expression of a number. */
export function numberExpression<N extends boolean>(
  node: ExpressionNode,
  nullable: N,
  make: Makers,
): NumberExpression<N> {
  return withoutOperators({
    node,
    type: { tag: "f64", nullable },
    ...arithmetic(node, nullable, make),
    ...functionsOf(node, nullable, make),
    ...comparisons(node, nullable, make),
    ...conversions(node, nullable, make),
  });
}

type Arithmetic =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "rem"
  | "pow"
  | "min"
  | "max"
  | "atan2"
  | "hypot"
  | "clamp"
  | "bucket";

function arithmetic<N extends boolean>(
  node: ExpressionNode,
  nullable: N,
  make: Makers,
): Pick<NumberExpression<N>, Arithmetic> {
  const two = <M extends boolean>(op: string, x: NumberOperand<M>): NumberExpression<Either<N, M>> =>
    make.number(call(op, node, operandNode(x, "f64")), either(nullable, operandNullable(x)));
  return {
    add: (x) => two("add", x),
    sub: (x) => two("sub", x),
    mul: (x) => two("mul", x),
    div: (x) => two("div", x),
    rem: (x) => two("rem", x),
    pow: (x) => two("pow", x),
    min: (x) => two("min", x),
    max: (x) => two("max", x),
    atan2: (x) => two("atan2", x),
    hypot: (x) => two("hypot", x),
    clamp: (low, high) =>
      make.number(
        call("min", call("max", node, operandNode(low, "f64")), operandNode(high, "f64")),
        either(nullable, either(operandNullable(low), operandNullable(high))),
      ),
    bucket: (edges) => make.number(call("bucket", node, ...ascending(edges)), nullable),
  };
}

type Functions =
  | "abs"
  | "neg"
  | "sign"
  | "floor"
  | "ceil"
  | "trunc"
  | "round"
  | "roundHalfEven"
  | "sqrt"
  | "cbrt"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "log2"
  | "log10"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh";

function functionsOf<N extends boolean>(
  node: ExpressionNode,
  nullable: N,
  make: Makers,
): Pick<NumberExpression<N>, Functions> {
  const one = (op: string): NumberExpression<N> => make.number(call(op, node), nullable);
  return {
    abs: () => one("abs"),
    neg: () => one("neg"),
    sign: () => one("sign"),
    floor: () => one("floor"),
    ceil: () => one("ceil"),
    trunc: () => one("trunc"),
    round: () => one("round"),
    roundHalfEven: () => one("roundHalfEven"),
    sqrt: () => one("sqrt"),
    cbrt: () => one("cbrt"),
    exp: () => one("exp"),
    expm1: () => one("expm1"),
    log: () => one("log"),
    log1p: () => one("log1p"),
    log2: () => one("log2"),
    log10: () => one("log10"),
    sin: () => one("sin"),
    cos: () => one("cos"),
    tan: () => one("tan"),
    asin: () => one("asin"),
    acos: () => one("acos"),
    atan: () => one("atan"),
    sinh: () => one("sinh"),
    cosh: () => one("cosh"),
    tanh: () => one("tanh"),
  };
}

type Comparisons = "gt" | "ge" | "lt" | "le" | "eq" | "ne" | "between" | "isIn" | "isNaN" | "isNull";

function comparisons<N extends boolean>(
  node: ExpressionNode,
  nullable: N,
  make: Makers,
): Pick<NumberExpression<N>, Comparisons> {
  const compare = <M extends boolean>(op: string, x: NumberOperand<M>): BooleanExpression<Either<N, M>> =>
    make.boolean(call(op, node, operandNode(x, "f64")), either(nullable, operandNullable(x)));
  return {
    gt: (x) => compare("gt", x),
    ge: (x) => compare("ge", x),
    lt: (x) => compare("lt", x),
    le: (x) => compare("le", x),
    eq: (x) => compare("eq", x),
    ne: (x) => compare("ne", x),
    between: (low, high) =>
      make.boolean(
        call("and", call("ge", node, operandNode(low, "f64")), call("le", node, operandNode(high, "f64"))),
        either(nullable, either(operandNullable(low), operandNullable(high))),
      ),
    isIn: (values) => make.boolean(call("isIn", node, ...constants("isIn", values)), nullable),
    isNaN: () => make.boolean(call("isNaN", node), nullable),
    isNull: () => make.boolean(call("isNull", node), false),
  };
}

type Conversions = "toText" | "toBoolean" | "toInstant" | "nullIf" | "orElse";

function conversions<N extends boolean>(
  node: ExpressionNode,
  nullable: N,
  make: Makers,
): Pick<NumberExpression<N>, Conversions> {
  return {
    toText: () => make.text(call("numberToText", node), nullable),
    toBoolean: () => make.boolean(call("numberToBoolean", node), true),
    toInstant: () => make.instant(call("numberToInstant", node), true),
    nullIf: (x) => make.number(call("nullIf", node, operandNode(x, "f64")), true),
    orElse: (x) => make.number(call("orElse", node, operandNode(x, "f64")), both(nullable, operandNullable(x))),
  };
}

function ascending(edges: readonly number[]): readonly ExpressionNode[] {
  const wrong = edges.findIndex((edge, i) => i > 0 && !((edges[i - 1] ?? edge) < edge));
  if (wrong < 0) return constants("bucket", edges);
  throw new SluiceError("definition/invalid", {
    found: `the edge ${edges[wrong]} after ${edges[wrong - 1]}`,
    expected: "ascending edges",
    fix: "Sort the edges, each once.",
  });
}
