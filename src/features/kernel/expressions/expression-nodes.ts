import type { CellTag } from "../../../core/cell-type.ts";
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

/** An operand's node: an expression's own, or a constant's. Errors: `definition/invalid` for one of another type, which types tell and plain JavaScript does not. */
export function operandNode(x: number | string | boolean | Expression, tag: CellTag = tagOf(x)): ExpressionNode {
  const own = tagOf(x);
  if (own === tag || (own === "f64" && tag === "instant" && typeof x === "number"))
    return typeof x === "object" ? x.node : constant(x);
  throw wrongOperand(typeof x === "object" ? `an expression of type ${own}` : JSON.stringify(x), tag);
}

/** The type of an operand; those of plain JavaScript that are none are refused. */
function tagOf(x: unknown): CellTag {
  if (typeof x === "number") return "f64";
  if (typeof x === "string") return "utf8";
  if (typeof x === "boolean") return "bool";
  if (typeof x === "object" && x !== null && "node" in x && "type" in x) return (x as Expression).type.tag;
  throw wrongOperand(operandText(x), undefined);
}

function operandText(x: unknown): string {
  if (x === undefined || x === null) return String(x);
  return x instanceof Date ? "a Date" : `a value of type ${typeof x}`;
}

function wrongOperand(found: string, tag: CellTag | undefined): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `${found} as an operand`,
    expected: tag === undefined ? "a constant or an expression" : `a constant or an expression of type ${tag}`,
    fix: "Pass a number, a text, a boolean or an expression; an instant as epoch milliseconds; convert with .toNumber() or .toText().",
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
