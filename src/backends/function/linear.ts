import type { LinearLink, LinearModel } from "../../contracts/linear-model.ts";
import { SluiceError } from "../../core/errors.ts";

/** What a linear model is made of. */
export interface LinearOptions {
  /** One finite weight per input, at least one. */
  readonly weights: readonly number[];
  /** Finite. @default 0 */
  readonly bias?: number;
  /** @default "logit" */
  readonly link?: LinearLink;
}

/**
 * Makes a linear model of given weights. Throws `argument/invalid` when there is none or one is not finite.
 *
 * @example
 * ```ts
 * import { linear, linearRuntime } from "sluice/backends/function";
 * const runtime = linearRuntime();
 * const handle = await runtime.load(await runtime.save(linear({ weights: [1, -1], bias: 0, link: "logit" })));
 * const [probability] = await handle.predict({ rows: 1, values: Float64Array.of(3, 3) });
 * if (probability !== 0.5) throw new Error("a score of 0 is even odds");
 * ```
 */
export function linear(options: LinearOptions): LinearModel {
  const model: LinearModel = {
    kind: "sluice-linear",
    weights: [...options.weights],
    bias: options.bias ?? 0,
    link: options.link ?? "logit",
  };
  const valid: boolean = isLinearModel(model);
  if (!valid) {
    throw new SluiceError("argument/invalid", {
      found: `the weights [${options.weights.join(", ")}], bias ${model.bias} and link ${model.link}`,
      expected: 'at least one weight, finite numbers, and the link "logit" or "identity"',
      fix: "Look for a NaN in the training data, or a training that diverged.",
    });
  }
  return model;
}

/** Tells whether a value is a {@link LinearModel} with finite numbers. */
export function isLinearModel(value: unknown): value is LinearModel {
  if (typeof value !== "object" || value === null) return false;
  const { kind, weights, bias, link } = value as Partial<Record<keyof LinearModel, unknown>>;
  return (
    kind === "sluice-linear" &&
    Array.isArray(weights) &&
    weights.length > 0 &&
    weights.every((weight) => Number.isFinite(weight)) &&
    Number.isFinite(bias) &&
    (link === "logit" || link === "identity")
  );
}
