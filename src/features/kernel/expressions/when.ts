import type { CellTag, ColumnType } from "../../../core/cell-type.ts";
import { SluiceError } from "../../../core/errors.ts";
import type { BooleanExpression, Either, Expression, ExpressionNode } from "../../../contracts/expression.ts";
import type { ExpressionOf } from "../../../contracts/expression-of.ts";
import { operandNode, operandNullable } from "./expression-nodes.ts";
import { expressionOf } from "./expression-of.ts";

/** The types that expressions can compute. */
export type ComputedTag = "f64" | "bool" | "utf8" | "instant";
/** What a branch may give: a constant or an expression. */
export type BranchValue = number | string | boolean | Expression<ComputedTag>;
/** The type of a branch's value. */
export type TagOfBranch<V> = V extends number
  ? "f64"
  : V extends string
    ? "utf8"
    : V extends boolean
      ? "bool"
      : V extends Expression<infer T extends CellTag>
        ? T
        : never;
/** Whether a branch's value can be null. */
export type NullableBranch<V> = V extends Expression<CellTag, infer N> ? N : false;
/** Values that may stand in a branch beside others of a type. */
export type BranchOf<T extends CellTag> =
  | Expression<T>
  | (T extends "f64" ? number : T extends "utf8" ? string : T extends "bool" ? boolean : never);

/** A conditional whose first condition waits for its value. */
export interface Condition {
  /** The value where the condition holds. */
  then<V extends BranchValue>(value: V): Branches<TagOfBranch<V>, NullableBranch<V>>;
}

/** A conditional that can take further cases, and is complete with `otherwise`. */
export interface Branches<T extends CellTag, N extends boolean> {
  /** Another value, where no earlier condition holds and this one does. */
  case<V extends BranchOf<T>>(
    condition: BooleanExpression<boolean>,
    value: V,
  ): Branches<T, Either<N, NullableBranch<V>>>;
  /** The value where no condition holds. */
  otherwise<V extends BranchOf<T>>(value: V): ExpressionOf<ColumnType<T, Either<N, NullableBranch<V>>>>;
}

/**
 * A conditional: the value of the first condition that holds, else that of `otherwise`. A condition without a value does not hold, as in
 * SQL. All values have one type; the result can be null where one of them can.
 *
 * Errors: `definition/invalid` for values of several types, or a condition that is no expression.
 *
 * @example
 * ```ts
 * import { onDemand, request, t, when } from "sluice/features";
 * const price = onDemand("price", {
 *   inputs: [request({ km: t.float64, city: t.utf8 })],
 *   features: ({ km, city }) => ({
 *     band: when(km.lt(5)).then("near").case(km.lt(50), "far").otherwise("away"),
 *     rate: when(city.eq("ATL")).then(km.mul(2)).otherwise(1),
 *   }),
 * });
 * if (price.features.band.tag !== "utf8" || price.features.rate.nullable) throw new Error("a text and a number expected");
 * ```
 */
export function when(condition: BooleanExpression<boolean>): Condition {
  requireCondition(condition);
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is what conditionals are called; a condition is never awaited
    then: (value) => branches([{ condition, value }]),
  };
}

interface Branch {
  readonly condition: BooleanExpression<boolean>;
  readonly value: BranchValue;
}

function branches<T extends CellTag, N extends boolean>(given: readonly Branch[]): Branches<T, N> {
  return {
    case: (condition, value) => {
      requireCondition(condition);
      return branches([...given, { condition, value: value as BranchValue }]);
    },
    otherwise: <V extends BranchOf<T>>(last: V) => {
      const values = [...given.map((branch) => branch.value), last as BranchValue];
      const tags = new Set(values.map(tagOf));
      const [tag] = tags;
      if (tags.size !== 1 || tag === undefined) throw severalTypes([...tags]);
      const node = given.reduceRight<ExpressionNode>(
        (rest, branch) => ({ op: "when", args: [branch.condition.node, operandNode(branch.value), rest] }),
        operandNode(last as BranchValue),
      );
      const nullable = values.some((value) => operandNullable(value));
      return expressionOf(node, { tag, nullable }) as ExpressionOf<ColumnType<T, Either<N, NullableBranch<V>>>>;
    },
  };
}

function tagOf(value: BranchValue): CellTag {
  if (typeof value === "object") return value.type.tag;
  return typeof value === "number" ? "f64" : typeof value === "string" ? "utf8" : "bool";
}

function requireCondition(condition: unknown): void {
  if (typeof condition === "object" && condition !== null && "type" in condition) {
    const { type } = condition as Expression;
    if (type.tag === "bool") return;
  }
  throw new SluiceError("definition/invalid", {
    found: `a condition that is ${typeof condition === "object" ? "another expression" : String(condition)}`,
    expected: "an expression of a boolean",
    fix: "Compare with .gt(), .eq() and the like.",
  });
}

function severalTypes(tags: readonly CellTag[]): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `a conditional with values of types ${tags.join(", ")}`,
    expected: "one type",
    fix: "Convert the values with .toNumber() or .toText().",
  });
}
