import type { CellTag, ColumnType, ValueOf } from "../../../core/cell-type.ts";
import { SluiceError } from "../../../core/errors.ts";
import type { Either, Expression } from "../../../contracts/expression.ts";
import type { ExpressionOf } from "../../../contracts/expression-of.ts";
import { requireOptions } from "../../../core/known-options.ts";
import { expressionOf } from "./expression-of.ts";
import type { ComputedTag } from "./when.ts";

/** The arguments of a pure function: one value an input, never null. */
export type PureArguments<I extends readonly Expression<ComputedTag>[]> = {
  readonly [K in keyof I]: ValueOf<I[K]["type"]>;
};
/** What a pure function returns: a value of its type, or null where that is nullable. */
export type PureResult<C> = C extends ColumnType<CellTag, true> ? ValueOf<C> | null : ValueOf<C>;
/** Whether an input can be null. */
export type AnyNullable<I extends readonly Expression[]> = true extends I[number]["type"]["nullable"] ? true : false;

/** What a pure function takes, gives, and which version it is. */
export interface PureOptions<I extends readonly Expression<ComputedTag>[], C extends ColumnType<ComputedTag | "i32">> {
  /** Raise it whenever the function's answers change. It is part of the view's hash, as is the function's text. */
  readonly version: string;
  /** The expressions whose values are the function's arguments, in order. */
  readonly inputs: I;
  /** The result's type; `nullable(…)` if the function can return null. */
  readonly type: C;
}

const optionNames = { version: "required", inputs: "required", type: "required" } as const;

/**
 * The way out of the expressions' language: a function of the host, called by training and by serving alike, row by row. It must be
 * pure (the same arguments, the same answer; no clock, no randomness, no state) and synchronous, which cannot be checked: its version and its
 * text enter the view's hash, but what it closes over does not, and `Math.exp` and the like differ between runtimes (`makeKernel()` has
 * portable ones). It is called only where every input has a value. A build that rewrites functions changes the text, and so the hash.
 *
 * Errors: `definition/invalid` for a version that is empty, a function without text (native or bound), and, when it runs, for a result
 * that is not of the declared type. What the function throws is not caught.
 *
 * @example
 * ```ts
 * import { onDemand, pure, request, t } from "sluice/features";
 * const shape = onDemand("shape", {
 *   inputs: [request({ code: t.utf8 })],
 *   features: ({ code }) => ({
 *     digits: pure((text) => text.replace(/[^0-9]/g, "").length, { version: "1", inputs: [code], type: t.float64 }),
 *   }),
 * });
 * if (shape.features.digits.tag !== "f64") throw new Error("a number expected");
 * ```
 */
export function pure<
  const I extends readonly Expression<ComputedTag>[],
  T extends ComputedTag | "i32",
  N extends boolean,
>(
  compute: (...values: PureArguments<I>) => PureResult<ColumnType<T, NoInfer<N>>>,
  options: PureOptions<I, ColumnType<T, N>>,
): ExpressionOf<ColumnType<T, Either<AnyNullable<I>, N>>> {
  requireOptions("pure(compute, options)", options, optionNames, "definition/invalid");
  const { version, inputs, type } = options;
  const source = typeof compute === "function" ? Function.prototype.toString.call(compute) : "";
  const versioned = typeof version === "string" && version !== "";
  if (typeof compute !== "function" || !versioned || /\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    throw new SluiceError("definition/invalid", {
      found: !versioned
        ? "a pure function without a version"
        : typeof compute === "function"
          ? "a native or bound function"
          : "no function",
      expected: "a function with a text and a version",
      fix: "Write an arrow function, and give it a version.",
    });
  }
  const node = {
    op: "pure",
    args: inputs.map((each) => each.node),
    pure: { version, source, takes: inputs.map((each) => each.type), gives: type, run: compute as () => unknown },
  };
  const nullable = type.nullable || inputs.some((each) => each.type.nullable);
  return expressionOf(node, { tag: type.tag, nullable }) as ExpressionOf<ColumnType<T, Either<AnyNullable<I>, N>>>;
}
