import type { ServedVectors } from "../../contracts/served-vectors.ts";
import { printsAsText } from "../../core/printable.ts";
import { formatSkew } from "./format-skew.ts";
import type { FeatureSkewParts, SkewCounts, SkewExample } from "./skew-counts.ts";

/** Training–serving skew of a feature service as measured; printing it shows it. */
export class FeatureSkew implements FeatureSkewParts {
  readonly service: ServedVectors["service"];
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: number;
  readonly erased: number;
  readonly total: SkewCounts;
  readonly byFeature: { readonly [feature: string]: SkewCounts };
  readonly examples: readonly SkewExample[];
  readonly notCompared: readonly string[];

  static {
    printsAsText(FeatureSkew.prototype);
  }

  constructor(parts: FeatureSkewParts) {
    this.service = parts.service;
    this.fromMs = parts.fromMs;
    this.toMs = parts.toMs;
    this.rows = parts.rows;
    this.erased = parts.erased;
    this.total = parts.total;
    this.byFeature = parts.byFeature;
    this.examples = parts.examples;
    this.notCompared = parts.notCompared;
  }

  /** The share of cells that differ, in [0, 1]; `undefined` when nothing was compared, which says nothing about skew. */
  get share(): number | undefined {
    return this.total.cells === 0 ? undefined : 1 - this.total.equal / this.total.cells;
  }

  /** The report as text: a verdict, a line a feature that differs, and the worst cells. */
  toString(): string {
    return formatSkew(this);
  }
}
