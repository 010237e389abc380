/** Whether two models put all rows in the same order, with the same ties, by each of their predictions: then no ranking can tell them apart. */
export function sameOrder(predictions: Float64Array, others: Float64Array, width: number): boolean {
  const rows = predictions.length / width;
  for (let j = 0; j < width; j++) {
    const at = (row: number): number => predictions[row * width + j] as number;
    const other = (row: number): number => others[row * width + j] as number;
    const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => at(a) - at(b));
    for (let i = 1; i < rows; i++) {
      const [before, after] = [order[i - 1] as number, order[i] as number];
      if (Math.sign(at(after) - at(before)) !== Math.sign(other(after) - other(before))) return false;
    }
  }
  return true;
}

/** Whether two models predict the same numbers. */
export function samePredictions(predictions: Float64Array, others: Float64Array): boolean {
  return predictions.every((p, i) => p === others[i]);
}
