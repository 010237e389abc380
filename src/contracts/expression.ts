import type { CellTag, ColumnType } from "../core/cell-type.ts";
import type { Duration } from "../core/duration.ts";

/**
 * Null is contagious in types: an operation on a nullable operand is nullable. (Without `NoInfer`, where the operation stands would
 * decide about a constant operand: what may hold any expression would make it nullable.)
 */
export type Either<A extends boolean, B extends boolean> = A extends true ? true : NoInfer<B>;
/** Null only where both operands can be: what `orElse` leaves. */
export type Both<A extends boolean, B extends boolean> = A extends true ? NoInfer<B> : false;

/** A node of an expression's syntax tree: plain data, so that it can be hashed, compiled and shown. */
export type ExpressionNode =
  | { readonly op: "input"; readonly name: string }
  | { readonly op: "constant"; readonly value: number | string | boolean }
  | { readonly op: string; readonly args: readonly ExpressionNode[]; readonly pure?: PureFunction };

/** A function of the host inside an expression. All but `run` is hashed. */
export interface PureFunction {
  readonly version: string;
  /** The function's text, as the runtime gives it. */
  readonly source: string;
  /** The types of its arguments and of its result. */
  readonly takes: readonly ColumnType[];
  readonly gives: ColumnType;
  /** Computes one value; called only where every argument has one. */
  run(...values: readonly (number | string | boolean)[]): unknown;
}

/** An immutable, typed expression. */
export interface Expression<out T extends CellTag = CellTag, out N extends boolean = boolean> {
  readonly node: ExpressionNode;
  readonly type: ColumnType<T, N>;
}

/** A number, or an expression of one. */
export type NumberOperand<M extends boolean> = number | NumberExpression<M>;
/** A boolean, or an expression of one. */
export type BooleanOperand<M extends boolean> = boolean | BooleanExpression<M>;
/** A text, or an expression of one. */
export type TextOperand<M extends boolean> = string | TextExpression<M>;
/** An instant as epoch milliseconds, or an expression of one. */
export type InstantOperand<M extends boolean> = number | InstantExpression<M>;

/** What every expression has. */
export interface Nullable {
  /** Whether there is no value: null, missing or expired. Never null itself. */
  isNull(): BooleanExpression<false>;
}

/** An expression of a double. Null operands give null; NaN follows IEEE 754. */
export interface NumberExpression<out N extends boolean> extends Expression<"f64", N>, Nullable {
  /** This plus x. */
  add<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** This minus x. */
  sub<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** This times x. */
  mul<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** This divided by x; a division by 0 follows IEEE 754. */
  div<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** What is left of this divided by x, with the sign of this; exact. NaN for x = 0. */
  rem<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** This to the power of x; x = 0 gives 1. */
  pow<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** The smaller of this and x; NaN if either is. */
  min<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** The larger of this and x; NaN if either is. */
  max<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** The angle of the point (x, this), −π … π. */
  atan2<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** √(this² + x²), without overflow on the way. */
  hypot<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Either<N, M>>;
  /** Whether this is greater than x. */
  gt<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is at least x. */
  ge<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is less than x. */
  lt<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is at most x. */
  le<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is equal to x; NaN equals nothing. */
  eq<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is other than x; NaN is other than everything. */
  ne<M extends boolean = false>(x: NumberOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this lies between two numbers, both included. */
  between<M extends boolean = false, L extends boolean = false>(
    low: NumberOperand<M>,
    high: NumberOperand<L>,
  ): BooleanExpression<Either<N, Either<M, L>>>;
  /** Whether this equals one of some numbers. */
  isIn(values: readonly number[]): BooleanExpression<N>;
  /** This, but at least `low` and at most `high`; `high` wins where they cross. */
  clamp<M extends boolean = false, L extends boolean = false>(
    low: NumberOperand<M>,
    high: NumberOperand<L>,
  ): NumberExpression<Either<N, Either<M, L>>>;
  /** The absolute value. */
  abs(): NumberExpression<N>;
  /** This with its sign changed. */
  neg(): NumberExpression<N>;
  /** −1, 0 or 1 by sign; a zero and NaN stay what they are. */
  sign(): NumberExpression<N>;
  /** The largest integer not above this. */
  floor(): NumberExpression<N>;
  /** The smallest integer not below this. */
  ceil(): NumberExpression<N>;
  /** This without its fraction. */
  trunc(): NumberExpression<N>;
  /** The nearest integer; halves go away from 0, as in SQL: −2.5 gives −3. */
  round(): NumberExpression<N>;
  /** The nearest integer; halves go to the even one: 2.5 gives 2. */
  roundHalfEven(): NumberExpression<N>;
  /** The square root; NaN below 0. */
  sqrt(): NumberExpression<N>;
  /** The cube root. */
  cbrt(): NumberExpression<N>;
  /** e to the power of this. */
  exp(): NumberExpression<N>;
  /** e to the power of this, minus 1. */
  expm1(): NumberExpression<N>;
  /** Natural logarithm; −∞ at 0, NaN below. */
  log(): NumberExpression<N>;
  /** Natural logarithm of 1 + this. */
  log1p(): NumberExpression<N>;
  /** Logarithm to base 2. */
  log2(): NumberExpression<N>;
  /** Logarithm to base 10. */
  log10(): NumberExpression<N>;
  /** Sine of radians, however large. */
  sin(): NumberExpression<N>;
  /** Cosine of radians, however large. */
  cos(): NumberExpression<N>;
  /** Tangent of radians, however large. */
  tan(): NumberExpression<N>;
  /** Arcsine, radians; NaN outside −1 … 1. */
  asin(): NumberExpression<N>;
  /** Arccosine, radians; NaN outside −1 … 1. */
  acos(): NumberExpression<N>;
  /** Arctangent, radians. */
  atan(): NumberExpression<N>;
  /** Hyperbolic sine. */
  sinh(): NumberExpression<N>;
  /** Hyperbolic cosine. */
  cosh(): NumberExpression<N>;
  /** Hyperbolic tangent. */
  tanh(): NumberExpression<N>;
  /** Whether this is NaN, which is a value and no null. */
  isNaN(): BooleanExpression<N>;
  /** How many of the ascending edges are at most this: 0 below the first. NaN for NaN. */
  bucket(edges: readonly number[]): NumberExpression<N>;
  /** The shortest text that reads as this number, as ECMAScript writes it. */
  toText(): TextExpression<N>;
  /** True for 1, false for 0, null for any other number. */
  toBoolean(): BooleanExpression<true>;
  /** The instant of this many epoch milliseconds; null unless they are whole and within ±8.64e15. */
  toInstant(): InstantExpression<true>;
  /** Null where this equals x, else this. */
  nullIf(x: number): NumberExpression<true>;
  /** The value, or `x` where there is none: null, missing or expired. */
  orElse<M extends boolean = false>(x: NumberOperand<M>): NumberExpression<Both<N, M>>;
}

/** An expression of a boolean. Logic has three values: false and null is false, true or null is true, else null is contagious. */
export interface BooleanExpression<out N extends boolean> extends Expression<"bool", N>, Nullable {
  /** Whether both hold; false where either is known not to. */
  and<M extends boolean = false>(x: BooleanOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether at least one holds; true where either is known to. */
  or<M extends boolean = false>(x: BooleanOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether exactly one holds. */
  xor<M extends boolean = false>(x: BooleanOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether both are the same. */
  eq<M extends boolean = false>(x: BooleanOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether it does not hold. */
  not(): BooleanExpression<N>;
  /** 1 for true, 0 for false. */
  toNumber(): NumberExpression<N>;
  /** "true" or "false". */
  toText(): TextExpression<N>;
  /** The value, or `x` where there is none. */
  orElse<M extends boolean = false>(x: BooleanOperand<M>): BooleanExpression<Both<N, M>>;
}

/** An expression of a text: a sequence of Unicode code points (a lone surrogate counts as one). No operation depends on a locale. */
export interface TextExpression<out N extends boolean> extends Expression<"utf8", N>, Nullable {
  /** Whether this equals x, code point by code point; nothing is normalized. */
  eq<M extends boolean = false>(x: TextOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is other than x. */
  ne<M extends boolean = false>(x: TextOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is one of some texts. */
  isIn(values: readonly string[]): BooleanExpression<N>;
  /** The number of code points. */
  length(): NumberExpression<N>;
  /** The code points from `start` up to `end`, which is left out; negative ones count from the end. @default end the text's end */
  slice(start: number, end?: number): TextExpression<N>;
  /** Whether this begins with x. */
  startsWith<M extends boolean = false>(x: TextOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this ends with x. */
  endsWith<M extends boolean = false>(x: TextOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether x occurs in this. */
  contains<M extends boolean = false>(x: TextOperand<M>): BooleanExpression<Either<N, M>>;
  /** This followed by x. */
  concat<M extends boolean = false>(x: TextOperand<M>): TextExpression<Either<N, M>>;
  /** Without the white space of Unicode at both ends. */
  trim(): TextExpression<N>;
  /** A … Z as a … z; every other letter stays. */
  lower(): TextExpression<N>;
  /** a … z as A … Z; every other letter stays. */
  upper(): TextExpression<N>;
  /** A bucket 0 … buckets − 1: MurmurHash3 (32 bits, seed 0) of the UTF-8, modulo `buckets`, which is 1 … 2^31. */
  hash(buckets: number): NumberExpression<N>;
  /** One boolean a value, named by prefix and value: whether this is it. Spread it among a view's features. @default prefix "" */
  oneHot<const V extends string, const P extends string = "">(
    values: readonly V[],
    prefix?: P,
  ): { readonly [K in V as `${P}${K}`]: BooleanExpression<N> };
  /** The number that this writes in decimal, as JSON does; null where it is none. */
  toNumber(): NumberExpression<true>;
  /** True for "true", false for "false", else null. */
  toBoolean(): BooleanExpression<true>;
  /** Null where this equals x, else this. */
  nullIf(x: string): TextExpression<true>;
  /** The value, or `x` where there is none. */
  orElse<M extends boolean = false>(x: TextOperand<M>): TextExpression<Both<N, M>>;
}

/** An expression of an instant, epoch milliseconds. The calendar is the proleptic Gregorian one in UTC. */
export interface InstantExpression<out N extends boolean> extends Expression<"instant", N>, Nullable {
  /** The year; 0 is 1 BC. */
  year(): NumberExpression<N>;
  /** The month, 1 … 12. */
  month(): NumberExpression<N>;
  /** Day of the month, 1 … 31. */
  day(): NumberExpression<N>;
  /** Day of the year, 1 … 366. */
  dayOfYear(): NumberExpression<N>;
  /** Hour of the day, UTC, 0 … 23. */
  hour(): NumberExpression<N>;
  /** Minute of the hour, 0 … 59. */
  minute(): NumberExpression<N>;
  /** Second of the minute, 0 … 59, without a fraction. */
  second(): NumberExpression<N>;
  /** Day of the week, UTC, Monday = 1 … Sunday = 7 (ISO 8601). */
  weekday(): NumberExpression<N>;
  /** Whether the day is a Saturday or a Sunday, UTC. */
  isWeekend(): BooleanExpression<N>;
  /** The last whole multiple of a duration since 1970-01-01T00:00Z: `floorTo("1h")`, `floorTo("1d")`. Weeks begin on Thursdays. */
  floorTo(step: Duration): InstantExpression<N>;
  /** This, later by a duration. */
  plus(duration: Duration): InstantExpression<N>;
  /** This, earlier by a duration. */
  minus(duration: Duration): InstantExpression<N>;
  /** Milliseconds from x to this, with a fraction; negative where this is earlier. */
  msSince<M extends boolean = false>(x: InstantOperand<M>): NumberExpression<Either<N, M>>;
  /** Seconds from x to this, with a fraction; negative where this is earlier. */
  secondsSince<M extends boolean = false>(x: InstantOperand<M>): NumberExpression<Either<N, M>>;
  /** Days of 24 hours from x to this, with a fraction; negative where this is earlier. */
  daysSince<M extends boolean = false>(x: InstantOperand<M>): NumberExpression<Either<N, M>>;
  /** Whether this is later than x. */
  gt<M extends boolean = false>(x: InstantOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is x or later. */
  ge<M extends boolean = false>(x: InstantOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is earlier than x. */
  lt<M extends boolean = false>(x: InstantOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is x or earlier. */
  le<M extends boolean = false>(x: InstantOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is x. */
  eq<M extends boolean = false>(x: InstantOperand<M>): BooleanExpression<Either<N, M>>;
  /** Whether this is another instant than x. */
  ne<M extends boolean = false>(x: InstantOperand<M>): BooleanExpression<Either<N, M>>;
  /** Epoch milliseconds. */
  toMs(): NumberExpression<N>;
  /** The value, or `x` where there is none. */
  orElse<M extends boolean = false>(x: InstantOperand<M>): InstantExpression<Both<N, M>>;
}
