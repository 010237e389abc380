import type { Metrics } from "../../../contracts/metric-estimate.ts";
import type { Random } from "../../../core/random.ts";
import { interpolatedQuantile } from "../../../stats/quantile.ts";
import type { ReliabilityBin } from "../../../stats/quality/probabilistic/reliability-bins.ts";
import { binomialDraw } from "../../../stats/sampling/binomial-draw.ts";
import { multinomialDraw } from "../../../stats/sampling/multinomial-draw.ts";
import { sortDoubles } from "../../../stats/sort-doubles.ts";

const resamples = 999;

/**
 * The expected and the largest calibration error of a reliability curve, with intervals.
 *
 * Both errors are biased upwards, since a gap by chance counts as one. So the interval is the basic bootstrap's, which mirrors the resampled errors at the
 * estimate and takes the bias off (A. C. Davison, D. V. Hinkley, "Bootstrap methods and their application", 1997, section 5.2), widened to hold the estimate.
 * Resampling happens bin by bin: rows of a bin are multinomial, what happened in it binomial.
 */
export function binnedErrors(curve: readonly ReliabilityBin[], random: Random): Metrics {
  const rows = curve.reduce((sum, bin) => sum + bin.rows, 0);
  const seen = errorsOf(
    curve.map((bin) => ({ ...bin, share: bin.observed.value })),
    rows,
  );
  const eces = new Float64Array(resamples);
  const mces = new Float64Array(resamples);
  const counts = new Float64Array(curve.length);
  for (let i = 0; i < resamples; i++) {
    curve.forEach((bin, j) => {
      counts[j] = bin.rows;
    });
    multinomialDraw(random, rows, counts);
    const drawn = curve.map((bin, j) => {
      const drawnRows = counts[j] as number;
      const share = drawnRows === 0 ? 0 : binomialDraw(random, drawnRows, bin.observed.value) / drawnRows;
      return { rows: drawnRows, meanProbability: bin.meanProbability, share };
    });
    [eces[i], mces[i]] = errorsOf(drawn, rows);
  }
  return { ece: mirrored(seen[0], eces, rows), mce: mirrored(seen[1], mces, rows) };
}

interface Counted {
  readonly rows: number;
  readonly meanProbability: number;
  readonly share: number;
}

function errorsOf(bins: readonly Counted[], rows: number): [ece: number, mce: number] {
  let [sum, most] = [0, 0];
  for (const bin of bins) {
    if (bin.rows === 0) continue;
    const gap = Math.abs(bin.meanProbability - bin.share);
    sum += bin.rows * gap;
    most = Math.max(most, gap);
  }
  return [sum / rows, most];
}

function mirrored(value: number, drawn: Float64Array, n: number): Metrics[string] {
  const sorted = sortDoubles(drawn);
  const lower = Math.max(0, Math.min(value, 2 * value - interpolatedQuantile(sorted, 0.975)));
  return { value, lower, upper: Math.min(1, Math.max(value, 2 * value - interpolatedQuantile(sorted, 0.025))), n };
}
