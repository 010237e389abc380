import { SluiceError } from "../../../core/errors.ts";
import type {
  BooleanExpression,
  Expression,
  InstantExpression,
  NumberExpression,
  TextExpression,
} from "../../../contracts/expression.ts";
import { call } from "./expression-nodes.ts";
import { expressionOf } from "./expression-of.ts";

/** Null only where every expression can be. */
export type AllNullable<E extends readonly Expression[]> = false extends E[number]["type"]["nullable"] ? false : true;

/**
 * The value of the first expression that has one; all of one type. Null (or missing, or expired, as the last one is) where none has.
 *
 * Errors: `definition/invalid` for no expression, or several types.
 *
 * @example
 * ```ts
 * import { coalesce, nullable, onDemand, request, t } from "sluice/features";
 * const price = onDemand("price", {
 *   inputs: [request({ own: nullable(t.float64), list: nullable(t.float64), base: t.float64 })],
 *   features: ({ own, list, base }) => ({ price: coalesce(own, list, base) }),
 * });
 * if (price.features.price.nullable) throw new Error("never null");
 * ```
 */
export function coalesce<const E extends readonly NumberExpression<boolean>[]>(
  ...expressions: E
): NumberExpression<AllNullable<E>>;
export function coalesce<const E extends readonly TextExpression<boolean>[]>(
  ...expressions: E
): TextExpression<AllNullable<E>>;
export function coalesce<const E extends readonly BooleanExpression<boolean>[]>(
  ...expressions: E
): BooleanExpression<AllNullable<E>>;
export function coalesce<const E extends readonly InstantExpression<boolean>[]>(
  ...expressions: E
): InstantExpression<AllNullable<E>>;
export function coalesce(...expressions: readonly Expression[]): Expression {
  const [first] = expressions;
  const tags = new Set(expressions.map((each) => each.type.tag));
  if (first === undefined || tags.size !== 1) {
    throw new SluiceError("definition/invalid", {
      found: `coalesce(…) of ${[...tags].join(", ") || "nothing"}`,
      expected: "expressions of one type",
      fix: "Convert them with .toNumber() or .toText().",
    });
  }
  const node = expressions.map((each) => each.node).reduceRight((rest, each) => call("orElse", each, rest));
  return expressionOf(node, { tag: first.type.tag, nullable: expressions.every((each) => each.type.nullable) });
}
