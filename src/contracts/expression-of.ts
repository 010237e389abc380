import type { ColumnType } from "../core/cell-type.ts";
import type {
  BooleanExpression,
  Expression,
  InstantExpression,
  NumberExpression,
  TextExpression,
} from "./expression.ts";
import type { NumbersExpression } from "./numbers-expression.ts";

/** The expression type of a column type. */
export type ExpressionOf<C> =
  C extends ColumnType<infer T, infer N>
    ? T extends "f64" | "i32"
      ? NumberExpression<N>
      : T extends "bool"
        ? BooleanExpression<N>
        : T extends "utf8"
          ? TextExpression<N>
          : T extends "instant"
            ? InstantExpression<N>
            : T extends "f64[]"
              ? NumbersExpression<N>
              : Expression<T, N>
    : never;
