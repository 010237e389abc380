import type { Metrics } from "../../../contracts/metric-estimate.ts";
import type { Random } from "../../../core/random.ts";
import type { ReliabilityBin } from "../../../stats/quality/probabilistic/reliability-bins.ts";
import { binomialDraw } from "../../../stats/sampling/binomial-draw.ts";
import { multinomialDraw } from "../../../stats/sampling/multinomial-draw.ts";
import { z95 } from "../evaluation-metric.ts";

const resamples = 999;

/**
 * The expected and the largest calibration error of a reliability curve, with intervals, and `eceByChance`: the expected one that a model whose probabilities are
 * right would have on these bins.
 *
 * Both errors are biased upwards, since a gap by chance counts as one, and most where there is none (R. Roelofs et al., 2022). So the upper end is the estimate plus
 * 1.96 bootstrap errors, and the lower end the same below the estimate less all that chance could add: both hold with at least 95%. Resampling happens bin by
 * bin: rows of a bin are multinomial, what happened in it binomial.
 */
export function binnedErrors(curve: readonly ReliabilityBin[], random: Random): Metrics {
  const n = curve.reduce((sum, bin) => sum + bin.rows, 0);
  const ofCurve = errorsOf(
    curve.map((bin) => ({ ...bin, share: bin.observed.value })),
    n,
  );
  const seen = drawn(curve, n, random, shareToDraw);
  const chance = drawn(curve, n, random, (bin) => bin.meanProbability);
  const estimate = (value: number, { error }: Spread, { mean }: Spread): Metrics[string] => ({
    value,
    lower: Math.max(0, value - mean - z95 * error),
    upper: Math.min(1, value + z95 * error),
    n,
  });
  return {
    ece: estimate(ofCurve.ece, seen.ece, chance.ece),
    mce: estimate(ofCurve.mce, seen.mce, chance.mce),
    eceByChance: { value: chance.ece.mean, n },
  };
}

/** What happened in a bin; where nothing or everything did, a share that could have (A. Agresti, B. Coull, 1998): draws of what was seen would all be alike, and have no error. */
function shareToDraw({ rows, observed: { value } }: ReliabilityBin): number {
  return value > 0 && value < 1 ? value : (value * rows + 2) / (rows + 4);
}

interface Errors {
  readonly ece: number;
  readonly mce: number;
}

/** Mean and standard deviation over resamples. */
interface Spread {
  readonly mean: number;
  readonly error: number;
}

/** The errors of resampled rows, of which a stated share of each bin happens. */
function drawn(
  curve: readonly ReliabilityBin[],
  n: number,
  random: Random,
  shareOf: (bin: ReliabilityBin) => number,
): { readonly ece: Spread; readonly mce: Spread } {
  const counts = new Float64Array(curve.length);
  const all: Errors[] = [];
  for (let i = 0; i < resamples; i++) {
    curve.forEach((bin, j) => {
      counts[j] = bin.rows;
    });
    multinomialDraw(random, n, counts);
    const bins = curve.map((bin, j) => {
      const rows = counts[j] as number;
      const share = rows === 0 ? 0 : binomialDraw(random, rows, shareOf(bin)) / rows;
      return { rows, meanProbability: bin.meanProbability, share };
    });
    all.push(errorsOf(bins, n));
  }
  return { ece: spreadOf(all.map(({ ece }) => ece)), mce: spreadOf(all.map(({ mce }) => mce)) };
}

function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1)) };
}

interface Counted {
  readonly rows: number;
  readonly meanProbability: number;
  readonly share: number;
}

function errorsOf(bins: readonly Counted[], n: number): Errors {
  let [sum, mce] = [0, 0];
  for (const bin of bins) {
    if (bin.rows === 0) continue;
    const gap = Math.abs(bin.meanProbability - bin.share);
    sum += bin.rows * gap;
    mce = Math.max(mce, gap);
  }
  return { ece: sum / n, mce };
}
