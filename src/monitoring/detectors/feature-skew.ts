import type { MonitorThreshold } from "../../contracts/monitor.ts";
import type { SkewFigures } from "../../contracts/skew-meter.ts";
import { requireArgument, requireMade } from "../../core/known-arguments.ts";
import { requireBound } from "./require-bound.ts";
import type { WindowVerdict } from "../window-verdict.ts";

type Bound = Extract<MonitorThreshold, { readonly kind: "bound" }>;

/**
 * Judges the training–serving skew of a window: bad when any cell differs by definition, or when more than `max` of the cells differ;
 * Errors: `argument/invalid`. `insufficient`, never "ok", while the features of fewer than `minCoverage` of the predictions could be computed again.
 */
export function judgeFeatureSkew(predictions: number, figures: SkewFigures, bound: Bound): WindowVerdict {
  requireArgument("judgeFeatureSkew()", "predictions", predictions, "number");
  requireMade("judgeFeatureSkew()", figures, {
    what: "figures of a skew",
    by: "a SkewMeter measures them",
    members: { rows: "number", cells: "number", causes: "object" },
  });
  requireBound("judgeFeatureSkew()", bound);
  const { rows, cells, causes, smape, worst, notMeasured } = figures;
  const coverage = rows / predictions;
  const share = (count: number): number => (cells === 0 ? 0 : count / cells);
  const different = Object.values(causes).reduce((sum, count) => sum + count, 0);
  const measured = {
    share: share(different),
    definition: share(causes.definition),
    late: share(causes.late),
    missing: share(causes.missing),
    expired: share(causes.expired),
    unexplained: share(causes.unexplained),
    ...(smape === undefined ? {} : { smape }),
    coverage,
  };
  const text = Object.entries(causes)
    .filter(([, count]) => count > 0)
    .map(([cause, count]) => `${count} ${cause}`);
  const found = `${different} of ${cells} cells differ from history${text.length === 0 ? "" : ` (${text.join(", ")}; ${worst})`}`;
  if (causes.definition > 0) return { outcome: "bad", reason: `definition skew: ${found}`, measured };
  if (!(coverage >= bound.minCoverage) || cells === 0) {
    const why = notMeasured === "" ? "" : `: ${notMeasured}`;
    const reason = `the features of ${rows} of ${predictions} predictions could be computed again${why}`;
    return { outcome: "insufficient", reason, measured: { coverage } };
  }
  if (bound.max !== undefined && measured.share > bound.max)
    return { outcome: "bad", reason: `${found}, more than a share of ${bound.max}`, measured };
  return { outcome: "ok", reason: found, measured };
}
