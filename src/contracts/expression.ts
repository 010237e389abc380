import type { CellTag, ColumnType } from "../core/cell-type.ts";

/** Null is contagious in types: an operation on a nullable operand is nullable. */
export type Either<A extends boolean, B extends boolean> = A extends true ? true : B;

/** A node of an expression's syntax tree: plain data, so that it can be hashed, compiled and shown. */
export type ExpressionNode =
  | { readonly op: "input"; readonly name: string }
  | { readonly op: "constant"; readonly value: number | string | boolean }
  | { readonly op: string; readonly args: readonly ExpressionNode[] };

/** An immutable, typed expression. */
export interface Expression<out T extends CellTag = CellTag, out N extends boolean = boolean> {
  readonly node: ExpressionNode;
  readonly type: ColumnType<T, N>;
}

/** A number, or an expression of one. */
export type NumberOperand<M extends boolean> = number | NumberExpression<M>;

/** An expression of a double. Null operands give null; NaN follows IEEE 754. */
export interface NumberExpression<out N extends boolean> extends Expression<"f64", N> {
  /** This plus x. */
  add<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** This minus x. */
  sub<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** This times x. */
  mul<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** This divided by x; a division by 0 follows IEEE 754. */
  div<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** The smaller of this and x. */
  min<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** The larger of this and x. */
  max<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** Whether this is greater than x. */
  gt<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is at least x. */
  ge<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is less than x. */
  lt<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is at most x. */
  le<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this equals x. */
  eq<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** The absolute value. */
  abs(): NumberExpression<N>;
  /** This with its sign changed. */
  neg(): NumberExpression<N>;
  /** The square root; NaN below 0. */
  sqrt(): NumberExpression<N>;
  /** The largest integer not above this. */
  floor(): NumberExpression<N>;
  /** Natural logarithm of 1 + x by the library's own portable port. */
  log1p(): NumberExpression<N>;
  /** Whether there is no value: null, missing or expired. Never null itself. */
  isNull(): BooleanExpression<false>;
  /** The value, or `x` where there is none: null, missing or expired. */
  orElse(x: number): NumberExpression<false>;
}

/** An expression of a boolean. */
export interface BooleanExpression<out N extends boolean> extends Expression<"bool", N> {
  /** Whether both hold. */
  and<M extends boolean>(x: BooleanExpression<M>): BooleanExpression<Either<N, M>>;
  /** Whether at least one holds. */
  or<M extends boolean>(x: BooleanExpression<M>): BooleanExpression<Either<N, M>>;
  /** Whether it does not hold. */
  not(): BooleanExpression<N>;
  /** 1 for true, 0 for false. */
  toNumber(): NumberExpression<N>;
  /** The value, or `x` where there is none. */
  orElse(x: boolean): BooleanExpression<false>;
}

/** An expression of a text. */
export interface TextExpression<out N extends boolean> extends Expression<"utf8", N> {
  /** Whether this equals x. */
  eq(x: string): BooleanExpression<N>;
  /** The value, or `x` where there is none. */
  orElse(x: string): TextExpression<false>;
}

/** An expression of an instant. */
export interface InstantExpression<out N extends boolean> extends Expression<"instant", N> {
  /** Hour of the day, UTC, 0…23. */
  hour(): NumberExpression<N>;
  /** Day of the week, UTC, Monday = 1 … Sunday = 7 (ISO 8601). */
  weekday(): NumberExpression<N>;
}

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
            : Expression<T, N>
    : never;
