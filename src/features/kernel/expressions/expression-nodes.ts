import { SluiceError } from "../../../core/errors.ts";
import type {
  BooleanExpression,
  Both,
  Either,
  Expression,
  ExpressionNode,
  InstantExpression,
  NumberExpression,
  TextExpression,
} from "../../../contracts/expression.ts";

/** Makes expressions of each type: given to what builds one type, since the types lead to one another. */
export interface Makers {
  number<N extends boolean>(node: ExpressionNode, nullable: N): NumberExpression<N>;
  boolean<N extends boolean>(node: ExpressionNode, nullable: N): BooleanExpression<N>;
  text<N extends boolean>(node: ExpressionNode, nullable: N): TextExpression<N>;
  instant<N extends boolean>(node: ExpressionNode, nullable: N): InstantExpression<N>;
}

/** An operation on nodes. */
export function call(op: string, ...args: readonly ExpressionNode[]): ExpressionNode {
  return { op, args };
}

/** A constant; −0 is taken as 0, for both have one text and so one hash. */
export function constant(value: number | string | boolean): ExpressionNode {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new SluiceError("definition/invalid", {
      found: `the constant ${value}`,
      expected: "a finite number",
      fix: "Use null and orElse instead.",
    });
  }
  if (typeof value === "string" && !value.isWellFormed()) {
    throw new SluiceError("definition/invalid", {
      found: `the constant ${JSON.stringify(value)} with half of a surrogate pair`,
      expected: "whole code points",
      fix: "Write the whole character: a definition is hashed as UTF-8.",
    });
  }
  return { op: "constant", value: value === 0 ? 0 : value };
}

/** An operand's node: an expression's own, or a constant's. */
export function operandNode(x: number | string | boolean | Expression): ExpressionNode {
  if (typeof x === "object" && x?.node !== undefined) return x.node;
  if (typeof x === "number" || typeof x === "string" || typeof x === "boolean") return constant(x);
  // What the types promise, a plain-JavaScript caller may have forgotten.
  throw new SluiceError("definition/invalid", {
    found: `the operand ${String(x)}`,
    expected: "a constant or an expression",
    fix: "Check the input's name.",
  });
}

/** Whether an operand can be null; constants cannot. */
export function operandNullable<M extends boolean>(
  x: number | string | boolean | { readonly type: { readonly nullable: M } },
): M {
  return (typeof x === "object" ? x.type.nullable : false) as M;
}

/** Whether either can be null. */
export function either<A extends boolean, B extends boolean>(a: A, b: B): Either<A, B> {
  return (a || b) as Either<A, B>;
}

/** Whether both can be null. */
export function both<A extends boolean, B extends boolean>(a: A, b: B): Both<A, B> {
  return (a && b) as Both<A, B>;
}

/** Constants for a list; throws `definition/invalid` for an empty one. */
export function constants(what: string, values: readonly (number | string)[]): readonly ExpressionNode[] {
  if (values.length > 0) return values.map(constant);
  throw new SluiceError("definition/invalid", {
    found: `${what} of no values`,
    expected: "at least one",
    fix: "List the values.",
  });
}

/** An operator of the language would compute with the expression itself, at once: it is refused where it can be seen. */
export function withoutOperators<E extends Expression>(expression: E): E {
  return Object.defineProperty(expression, Symbol.toPrimitive, { value: refuseOperator });
}

function refuseOperator(): never {
  throw new SluiceError("definition/invalid", {
    found: "an operator of JavaScript on a feature expression",
    expected: "the expression's own methods",
    fix: "Use .gt(), .lt(), .eq(), .add(), .sub(), .mul(), .div() instead of operators, and .toNumber() or when(…) instead of a condition.",
  });
}
