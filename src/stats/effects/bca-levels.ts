import { normalCdf, normalQuantile } from "../distributions/normal.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";

/**
 * The levels at which BCa reads the resampled statistics (B. Efron and R. Tibshirani, "An introduction to the bootstrap", 1993, 14.3;
 * several samples: their jackknife parts add up).
 *
 * @param resampled - Ascending.
 * @param left - The statistic with each row left out, a list for each sample.
 * @param tail - The share outside on either side.
 */
export function bcaLevels(
  value: number,
  resampled: Float64Array,
  left: readonly Float64Array[],
  tail: number,
): { readonly lower: number; readonly upper: number } | NotComputable {
  let below = 0;
  let upTo = 0;
  for (let i = 0; i < resampled.length; i++) {
    if ((resampled[i] as number) < value) below++;
    if ((resampled[i] as number) <= value) upTo++;
  }
  const share = (below + upTo) / (2 * resampled.length);
  if (share === 0 || share === 1)
    return notComputable("out-of-range", "the estimate lies outside all resamples, so its bias cannot be corrected");
  const bias = normalQuantile(share);
  const acceleration = accelerationOf(left);
  const level = (z: number): number => {
    const moved = bias + z;
    const rest = 1 - acceleration * moved;
    // Beyond the pole, where skew and confidence are extreme, the formula would come back from the other end.
    if (rest <= 0) return moved > 0 ? 1 : 0;
    return normalCdf(bias + moved / rest);
  };
  return { lower: level(normalQuantile(tail)), upper: level(-normalQuantile(tail)) };
}

/** Σ Σ U³/n³ over 6 (Σ Σ U²/n²)^1.5 with the jackknife's influences U = (n − 1)(mean − value); 0 where nothing has any. */
function accelerationOf(left: readonly Float64Array[]): number {
  let scale = 0;
  const influences = left.map((values) => {
    let mean = 0;
    for (let i = 0; i < values.length; i++) mean += ((values[i] as number) - mean) / (i + 1);
    const own = values.map((value) => (mean - value) * ((values.length - 1) / values.length));
    for (const influence of own) scale = Math.max(scale, Math.abs(influence));
    return own;
  });
  if (scale === 0) return 0;
  let squares = 0;
  let cubes = 0;
  for (const own of influences) {
    for (const influence of own) {
      const unit = influence / scale;
      squares += unit * unit;
      cubes += unit * unit * unit;
    }
  }
  return cubes / (6 * squares ** 1.5);
}
