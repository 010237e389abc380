import { printsAsText } from "../../core/printable.ts";
import { formatFeatures } from "./format-features.ts";
import type { FeatureRow, RowShape } from "./row-shape.ts";

/** What one online read answers; printing it shows it. */
export class OnlineFeatures<F> {
  readonly features: F;
  /** The instant T that was read at, epoch ms. */
  readonly atMs: number;
  readonly #shape: RowShape;

  static {
    printsAsText(OnlineFeatures.prototype);
  }

  constructor(features: F, atMs: number, shape: RowShape) {
    this.features = features;
    this.atMs = atMs;
    this.#shape = shape;
  }

  /** A line a feature: its value or status, and when that happened. */
  toString(): string {
    return formatFeatures(this.#shape, this.features as FeatureRow, this.atMs);
  }
}
