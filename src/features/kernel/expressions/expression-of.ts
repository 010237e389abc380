import type { ColumnType } from "../../../core/cell-type.ts";
import type { Expression, ExpressionNode } from "../../../contracts/expression.ts";
import { booleanExpression } from "./boolean-expression.ts";
import { type Makers, withoutOperators } from "./expression-nodes.ts";
import { instantExpression } from "./instant-expression.ts";
import { numbersExpression } from "./numbers-expression.ts";
import { numberExpression } from "./number-expression.ts";
import { textExpression } from "./text-expression.ts";

/** Makes expressions of each type. */
export const makeExpression: Makers = {
  number: (node, nullable) => numberExpression(node, nullable, makeExpression),
  boolean: (node, nullable) => booleanExpression(node, nullable, makeExpression),
  text: (node, nullable) => textExpression(node, nullable, makeExpression),
  instant: (node, nullable) => instantExpression(node, nullable, makeExpression),
};

/** The expression of a type with a node. 64-bit integers, JSON and lists of texts have no operations. */
export function expressionOf(node: ExpressionNode, type: ColumnType): Expression {
  switch (type.tag) {
    case "f64":
    case "i32":
      return makeExpression.number(node, type.nullable);
    case "bool":
      return makeExpression.boolean(node, type.nullable);
    case "utf8":
      return makeExpression.text(node, type.nullable);
    case "instant":
      return makeExpression.instant(node, type.nullable);
    case "f64[]":
      return numbersExpression(node, type.nullable, type.size, makeExpression);
    case "i64":
    case "json":
    case "utf8[]":
      return withoutOperators({ node, type });
  }
}

/** The expression of an input: a request field, or `view.feature`. */
export function inputExpression(name: string, type: ColumnType): Expression {
  return expressionOf({ op: "input", name }, type);
}
