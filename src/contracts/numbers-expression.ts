import type { Expression, Nullable, NumberExpression } from "./expression.ts";

/** An expression of a list of doubles: a vector, or a list of any length. */
export interface NumbersExpression<out N extends boolean> extends Expression<"f64[]", N>, Nullable {
  /** How many items there are. */
  size(): NumberExpression<N>;
  /** The item at a place, counted from 0; null where the list is shorter. Throws `definition/invalid` for a place beyond a vector. */
  at(index: number): NumberExpression<true>;
  /** The Euclidean length; 0 of a list of nothing. */
  norm(): NumberExpression<N>;
  /** The sum of the products of items, first to last; null where the lengths differ. Throws `definition/invalid` for vectors of different sizes. */
  dot<M extends boolean>(x: NumbersExpression<M>): NumberExpression<true>;
  /** The cosine of the angle, in [−1, 1]; null where the lengths differ and of a vector of zeros. Throws as `dot` does. */
  cosine<M extends boolean>(x: NumbersExpression<M>): NumberExpression<true>;
}
