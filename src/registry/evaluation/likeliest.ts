/** The class of the largest of a row's predictions, the first of equal ones. */
export function likeliest(predictions: Float64Array, row: number, width: number): number {
  const from = row * width;
  let best = 0;
  for (let j = 1; j < width; j++)
    if ((predictions[from + j] as number) > (predictions[from + best] as number)) best = j;
  return best;
}
