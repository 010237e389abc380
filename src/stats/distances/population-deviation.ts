/**
 * The standard deviation of values with weights (divisor: their sum), in two passes around a mean that is corrected, on values scaled by
 * a power of two so that no square overflows or vanishes. 0 exactly when all values with weight are equal; Infinity beyond the largest double.
 */
export function deviationOf(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (weights !== undefined && (weights[i] as number) === 0) continue;
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return 0;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const exponent = Math.floor(Math.log2(largest));
  const scale = 2 ** Math.min(1000, Math.max(-1000, -exponent));
  const center = low * scale * 0.5 + high * scale * 0.5;
  let total = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : (weights[i] as number);
    if (weight === 0) continue;
    total += weight;
    sum += weight * ((values[i] as number) * scale - center);
  }
  const mean = center + sum / total;
  let squares = 0;
  let rest = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : (weights[i] as number);
    if (weight === 0) continue;
    const deviation = (values[i] as number) * scale - mean;
    squares += weight * deviation * deviation;
    rest += weight * deviation;
  }
  return Math.sqrt(Math.max(0, squares / total - (rest / total) ** 2)) / scale;
}
